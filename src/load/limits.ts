/** Points of the timeline: when there would be more, two neighbours become one. Enough for a chart, and little to keep. */
export const timelinePointsMax = 600;
/** Length of the first points of the timeline, in ms. */
export const timelineStepMs = 250;
/** Calls in flight over all connections: each has a slot that is made beforehand. */
export const concurrencyMax = 1_000_000;
/** Connections of one run: a machine has some 28 000 ports for one destination. */
export const connectionsMax = 20_000;
/** Worker threads: more than any machine has cores for. */
export const workersMax = 256;
/** Steps of a ramp, which are computed beforehand. */
export const rampStepsMax = 10_000;
/** Requests of one data file, each of which is kept as a template. */
export const requestsMax = 1_000_000;
/** How long calls in flight may go on, in ms, when the time is over; then they have failed. */
export const drainMsDefault = 5_000;
/** They may go on for as many times the longest call so far, where that is longer: a call that is slow is not one that hangs. */
export const drainFactor = 2;
/** Within it a call whose deadline is over has ended with its own status, in ms. */
export const deadlineMarginMs = 1_000;
/** How long calls that were cut may take to end, in ms. */
export const cutMsMax = 5_000;
