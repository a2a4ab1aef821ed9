import type { Clock, Timer } from "../base/clock.js";

/**
 * Tells when nothing was called for so long. One timer that looks again when it runs out, instead of one that is set
 * anew for each call.
 */
export class IdleTimer {
  readonly #clock: Clock;
  readonly #idleMs: number;
  readonly #onIdle: () => void;
  #timer: Timer | undefined;
  #busy = false;
  #idleSinceMs = 0;

  /** @param idleMs Infinity for never */
  constructor(clock: Clock, idleMs: number, onIdle: () => void) {
    this.#clock = clock;
    this.#idleMs = idleMs;
    this.#onIdle = onIdle;
  }

  /** Calls are under way. */
  busy(): void {
    this.#busy = true;
  }

  /** No call is under way any more. */
  quiet(): void {
    this.#busy = false;
    this.#idleSinceMs = this.#clock.nowMs();
    if (this.#timer === undefined) this.#arm(this.#idleMs);
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #arm(delayMs: number): void {
    if (this.#idleMs === Number.POSITIVE_INFINITY) return;
    this.#timer = this.#clock.setTimer(delayMs, () => {
      this.#timer = undefined;
      if (this.#busy) return;
      const leftMs = this.#idleSinceMs + this.#idleMs - this.#clock.nowMs();
      if (leftMs > 0) this.#arm(leftMs);
      else this.#onIdle();
    });
  }
}
