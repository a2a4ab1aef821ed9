/** Whether a value that a user gave is a promise of it: anything with a `then` that can be called. */
export function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}
