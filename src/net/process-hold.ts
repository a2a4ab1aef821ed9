import { clearInterval, setInterval } from "node:timers";

/** Longest interval that the machine's timers take; what runs then does nothing. */
const INTERVAL_MS = 2 ** 31 - 1;

/**
 * Keeps the process alive while something waits that has no socket of its own: a call whose channel is between two
 * connection attempts. Timers of a `Clock` and sockets without calls do not.
 */
export class ProcessHold {
  #handle: NodeJS.Timeout | undefined;

  /** Doing it twice is doing it once. */
  hold(): void {
    this.#handle ??= setInterval(ignore, INTERVAL_MS);
  }

  release(): void {
    if (this.#handle === undefined) return;
    clearInterval(this.#handle);
    this.#handle = undefined;
  }
}

function ignore(): void {}
