import type { Timer } from "../base/clock.js";
import { SystemClock } from "../net/system-clock.js";
import type { LoadClock } from "./load-run.js";

/** The machine's timers come up to 2 ms late; the rest of a wait is spent turning the event loop. */
const turnsMs = 2.5;

/** Real time. Timers come in the turn of the event loop in which they are due, at the cost of a busy processor before. */
export class TurningClock implements LoadClock {
  readonly #clock: SystemClock = new SystemClock();

  nowMs(): number {
    return performance.now();
  }

  nextTurn(callback: () => void): void {
    setImmediate(callback);
  }

  setTimer(delayMs: number, callback: () => void): Timer {
    return new TurningTimer(this.#clock, delayMs, callback);
  }
}

class TurningTimer implements Timer {
  readonly #dueMs: number;
  #callback: (() => void) | undefined;
  #timer: Timer | undefined;
  #immediate: NodeJS.Immediate | undefined;

  constructor(clock: SystemClock, delayMs: number, callback: () => void) {
    this.#dueMs = performance.now() + delayMs;
    this.#callback = callback;
    if (delayMs <= turnsMs) this.#turn();
    else this.#timer = clock.setTimer(delayMs - turnsMs, () => this.#turn());
  }

  #turn(): void {
    this.#immediate = setImmediate(() => {
      if (performance.now() < this.#dueMs) this.#turn();
      else this.#run();
    });
  }

  #run(): void {
    const callback = this.#callback;
    this.#callback = undefined;
    callback?.();
  }

  cancel(): void {
    this.#callback = undefined;
    this.#timer?.cancel();
    if (this.#immediate !== undefined) clearImmediate(this.#immediate);
  }
}
