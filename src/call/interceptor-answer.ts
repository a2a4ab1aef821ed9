import type { InterceptorResponse } from "./interceptor.js";

/**
 * Checks what a chain of interceptors answered.
 *
 * @param streams whether the method streams its responses
 * @throws {TypeError} naming the method, what came and what an interceptor has to return
 */
export function checkAnswer(path: string, streams: boolean, answer: unknown): asserts answer is InterceptorResponse {
  const due = `an interceptor of ${path} must return the response that next() gave it, or a copy { ...response }`;
  if (typeof answer !== "object" || answer === null) throw new TypeError(`${due}: got ${nameOf(answer)}`);
  const message: unknown = "message" in answer ? answer.message : undefined;
  if (typeof message !== "object" || message === null) {
    throw new TypeError(`${due}: got an object whose message is ${nameOf(message)}`);
  }
  const isStream = Symbol.asyncIterator in message || Symbol.iterator in message;
  if (streams && !isStream) throw new TypeError(`${due}: its message must be an async iterable of responses`);
  if (!streams && isStream) throw new TypeError(`${due}: its message must be one response, not a stream of them`);
}

function nameOf(value: unknown): string {
  return value === null ? "null" : value === undefined ? "nothing" : typeof value;
}
