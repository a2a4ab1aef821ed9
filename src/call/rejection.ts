import { traceHere } from "../base/rpc-error.js";
import { asRpcError } from "../base/thrown.js";

/**
 * Rejects a promise so that the error's stack names the line that waits for it: an error that is made while a socket is read has none
 * of the program's lines in its stack. JavaScript engines add the async functions that wait for a promise to the stack of what is made
 * inside of its chain. So the error takes its stack there, a moment later. Calls that do not fail pay nothing for it.
 *
 * @param resolve of the promise
 * @param onTraced called when the stack was taken: another reader of the promise before would hide the one that waits
 */
export function rejectAtCaller(resolve: (value: Promise<never>) => void, error: unknown, onTraced?: () => void): void {
  let begin!: () => void;
  const begun = new Promise<void>((resolveBegun) => {
    begin = resolveBegun;
  });
  const rejection = begun.then((): never => {
    // An error of a server's own call is shared with its handler.
    const own = asRpcError(error);
    if (own?.method !== undefined) traceHere(own);
    onTraced?.();
    // The promise tells of it, or had an end before; this one is nobody's.
    rejection.catch(ignore);
    throw error;
  });
  // In this order: the promise must wait for the rejection before the stack is taken.
  resolve(rejection);
  begin();
}

/** Rejects a promise with an error as it is. Does nothing to one that has had its end, as `rejectAtCaller`. */
export function rejectAsIs(resolve: (value: Promise<never>) => void, error: unknown): void {
  const rejection = Promise.reject(error);
  rejection.catch(ignore);
  resolve(rejection);
}

function ignore(): void {
  // Told by the promise.
}
