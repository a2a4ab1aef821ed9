import { clearTimeout, setTimeout } from "node:timers";
import type { Clock, Timer } from "../base/clock.js";

/** Longest delay that the machine's own timers take, in ms (24.8 days); longer ones are waited for in pieces. */
const MACHINE_DELAY_MAX_MS = 2 ** 31 - 1;

/**
 * Real time. Each timer is one of Node's, which are as cheap to set and cancel as a timer wheel of our own was
 * measured to be (0.1 to 0.2 us, also with thousands of different delays pending).
 */
export class SystemClock implements Clock {
  nowMs(): number {
    return performance.now();
  }

  setTimer(delayMs: number, callback: () => void): Timer {
    // The machine counts whole milliseconds from a truncated now, and would else be up to one too early.
    const wholeMs = delayMs > 0 ? Math.ceil(delayMs) + 1 : 0;
    return wholeMs <= MACHINE_DELAY_MAX_MS ? new MachineTimer(wholeMs, callback) : new LongTimer(wholeMs, callback);
  }
}

class MachineTimer implements Timer {
  private readonly timeout: NodeJS.Timeout;

  constructor(delayMs: number, callback: () => void) {
    this.timeout = setTimeout(callback, delayMs);
    this.timeout.unref();
  }

  cancel(): void {
    clearTimeout(this.timeout);
  }
}

/** A delay in pieces, of which each sets the next. Exported for its test, which cannot wait so long. */
export class LongTimer implements Timer {
  readonly #pieceMs: number;
  #piece: Timer;

  constructor(delayMs: number, callback: () => void, pieceMs: number = MACHINE_DELAY_MAX_MS) {
    this.#pieceMs = pieceMs;
    this.#piece = this.#wait(delayMs, callback);
  }

  cancel(): void {
    this.#piece.cancel();
  }

  #wait(delayMs: number, callback: () => void): Timer {
    if (delayMs <= this.#pieceMs) return new MachineTimer(delayMs, callback);
    return new MachineTimer(this.#pieceMs, () => {
      this.#piece = this.#wait(delayMs - this.#pieceMs, callback);
    });
  }
}
