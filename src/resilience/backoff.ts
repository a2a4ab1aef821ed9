import { isNumber, isOptions, type OptionCheck, type OptionChecks } from "../base/check-option.js";
import type { Random } from "../base/clock.js";

/** How long to wait between attempts (grpc/grpc `doc/connection-backoff.md`). */
export interface BackoffOptions {
  /** Wait after the first failure, in milliseconds; default 1 000. */
  readonly initialMs: number;
  /** What each wait is multiplied by; default 1.6. */
  readonly multiplier: number;
  /** Part of the wait by which chance makes it longer or shorter, 0 to 1; default 0.2. */
  readonly jitter: number;
  /** Longest wait before chance is added, in milliseconds; default 120 000. */
  readonly maxMs: number;
}

/** The numbers of `doc/connection-backoff.md`. */
export const defaultBackoff: BackoffOptions = { initialMs: 1_000, multiplier: 1.6, jitter: 0.2, maxMs: 120_000 };

const checks: OptionChecks<BackoffOptions> = {
  initialMs: isNumber(1),
  multiplier: isNumber(1),
  jitter: isNumber(0, 1),
  maxMs: isNumber(1),
};

export const isBackoff: OptionCheck = isOptions(checks);

/**
 * Exponential backoff with jitter, so that clients which lost the same server do not come back at the same moment.
 */
export class Backoff {
  readonly #options: BackoffOptions;
  readonly #random: Random;
  #nextMs: number;

  constructor(options: BackoffOptions, random: Random) {
    this.#options = options;
    this.#random = random;
    this.#nextMs = options.initialMs;
  }

  /** Milliseconds to wait after one more failure. */
  next(): number {
    const baseMs = Math.min(this.#nextMs, this.#options.maxMs);
    this.#nextMs = Math.min(baseMs * this.#options.multiplier, this.#options.maxMs);
    return baseMs * (1 + this.#options.jitter * (2 * this.#random() - 1));
  }

  /** After a success: the next failure waits as if it were the first. */
  reset(): void {
    this.#nextMs = this.#options.initialMs;
  }
}
