/** A timer that was set; cancelling it twice, or after it ran, does nothing. */
export interface Timer {
  cancel(): void;
}

/**
 * Time as every layer sees it. Handed in from above, so that the whole stack also runs in simulated
 * time; nothing below `net/` asks the machine for the time or sets a timer by itself.
 */
export interface Clock {
  /** Milliseconds since some fixed point; never goes back. Not a date. */
  nowMs(): number;
  /** Runs `callback` once, after `delayMs` or later. Timers alone do not keep a process alive. */
  setTimer(delayMs: number, callback: () => void): Timer;
}

/** A source of randomness, `0 <= x < 1`, handed in so that a simulation can replay. */
export type Random = () => number;
