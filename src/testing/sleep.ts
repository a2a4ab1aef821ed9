import type { Clock } from "../base/clock.js";
import { SystemClock } from "../net/system-clock.js";

/** Waits, or rejects with the signal's reason when that comes first. */
export function sleep(ms: number, signal: AbortSignal, clock: Clock = new SystemClock()): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = clock.setTimer(ms, () => {
      signal.removeEventListener("abort", onAbort);
      resolve();
    });
    const onAbort = (): void => {
      timer.cancel();
      reject(signal.reason);
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
  });
}
