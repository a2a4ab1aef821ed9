/** A seed that once failed, and why: run by the gate for ever. */
export interface RegressionSeed {
  readonly seed: number;
  readonly reason: string;
}

/**
 * A seed means what the plan of this revision makes of it. Whoever changes how plans are drawn looks for seeds that show
 * the same mistakes again: with the mistake put back as a mutation, `--mutations` names one.
 */
export const regressionSeeds: readonly RegressionSeed[] = [
  {
    seed: 567,
    reason:
      "a call began in the turn in which its connection was half-closed: sent with the last output, and tried again",
  },
  {
    seed: 16_164,
    reason: "a drained server cut off the last answer of a connection that stalled for a few seconds",
  },
];
