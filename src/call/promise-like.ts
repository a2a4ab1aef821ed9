const { prototype } = Promise;
const nativeThen: unknown = prototype.then;

/**
 * Waits for a value that a user gave, if it is a promise: anything with a `then` that can be called. Whatever the value does (a revoked
 * `Proxy`, a `then` that throws), one of the callbacks is called, once, and nothing is thrown.
 *
 * @returns false when it is no promise: then no callback is called
 */
export function follow(value: unknown, onValue: (value: unknown) => void, onError: (error: unknown) => void): boolean {
  if (typeof value !== "object" || value === null) return false;
  try {
    if (!("then" in value)) return false;
    const { then } = value;
    if (typeof then !== "function") return false;
    const isNative = then === nativeThen && Object.getPrototypeOf(value) === prototype;
    // Of a promise of another kind the functions are called once, and later, only by way of one of ours.
    const promise = isNative ? (value as Promise<unknown>) : new Promise<unknown>((resolve) => resolve(value));
    promise.then(onValue, onError);
  } catch (error) {
    onError(error);
  }
  return true;
}
