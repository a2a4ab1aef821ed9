import { checkNames, checkNumber } from "../base/check-option.js";
import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import { thrownText } from "../base/thrown.js";

/** Iterators that want to know how their call ended have this method; it is called in the place of `return()`. */
export const callEnded: unique symbol = Symbol("callEnded");

export interface ToldOfEnd {
  /** @param error undefined when the call ended with OK, or when nothing is known */
  [callEnded](error: RpcError | undefined): void;
}

/** A call has ended before it asked for its first message. */
export function endUnread(source: unknown, error: RpcError | undefined): void {
  try {
    (source as Partial<ToldOfEnd> | undefined)?.[callEnded]?.(error);
  } catch {
    // It is a Proxy that was revoked, and no stream of ours.
  }
}

/** Options of `pushable()`. */
export interface PushableOptions {
  /** Messages that may wait to be sent, 1 or more. `push` throws beyond it. Default 16. */
  readonly maxBufferedMessages?: number | undefined;
}

/** A stream of messages that a program pushes, one by one: see `pushable()`. */
export interface Pushable<T> extends AsyncIterable<T> {
  /**
   * Hands over one message. Await the promise before you push the next: it resolves when the buffer has room again, so that
   * a slow peer slows the program down.
   *
   * The promise is rejected once the call has ended and takes no more messages: with the error of the call where that is
   * known, else with CANCELLED. The response says how the call ended; a rejection that nobody awaits is harmless.
   *
   * @throws {RangeError} when `maxBufferedMessages` wait already, since the pushes before were not awaited
   * @throws {TypeError} after `end()` or `fail()`
   */
  push(message: T): Promise<void>;
  /** No more messages: the peer gets the end of the stream behind those that wait. Does nothing the second time. */
  end(): void;
  /**
   * Ends the stream with an error, behind the messages that wait. At a client the call ends with CANCELLED, and `error` is the
   * cause; at a server it is the error that the handler throws. Does nothing after `end()`.
   */
  fail(error: unknown): void;
  /** How many messages were given to the transport: a message counts as soon as the next one is asked for. */
  readonly sentCount: number;
  /** How many messages wait to be sent. */
  readonly bufferedCount: number;
  /** True once no more can be pushed: after `end()` or `fail()`, and when the call has ended. */
  readonly closed: boolean;
}

const optionNames: ReadonlySet<string> = new Set(["maxBufferedMessages"]);
const maxBufferedMessagesDefault = 16;

/**
 * Makes a stream of messages to push into, where a generator does not fit: requests of a client, or the responses of a
 * handler that returns it.
 *
 * ```ts
 * const out = pushable<Line>();
 * const responses = client.chat(out);
 * await out.push({ text: "hello" });
 * out.end();
 * ```
 *
 * @throws {TypeError} for an option that is not known or out of its range
 */
export function pushable<T>(options: PushableOptions = {}): Pushable<T> {
  checkNames("options of pushable()", options, optionNames);
  checkNumber("maxBufferedMessages", options.maxBufferedMessages, 1);
  return new MessageQueue<T>(options.maxBufferedMessages ?? maxBufferedMessagesDefault);
}

/** The end of the messages: `error` holds what `fail` was given. */
type End = { readonly error: unknown; readonly failed: boolean };

type Reader<T> = (result: IteratorResult<T, undefined> | Promise<never>) => void;

/**
 *   open --end(), fail()--> ending (what waits is still sent) --> closed
 *   open, ending --(the call has ended)--> closed
 */
class MessageQueue<T> implements Pushable<T>, ToldOfEnd {
  readonly #maxCount: number;
  readonly #waiting: T[] = [];
  /** The push that filled the buffer. */
  #lastPush: PendingPush | undefined;
  #sentCount = 0;
  /** A message was taken, and its taker has not yet asked for the next. */
  #isTaken = false;
  #iterated = false;
  #end: End | undefined;
  /** Nobody takes any more; why. */
  #refusal: RpcError | undefined;
  #reader: Reader<T> | undefined;

  constructor(maxCount: number) {
    this.#maxCount = maxCount;
  }

  get sentCount(): number {
    return this.#sentCount;
  }

  get bufferedCount(): number {
    return this.#waiting.length;
  }

  get closed(): boolean {
    return this.#end !== undefined || this.#refusal !== undefined;
  }

  push(message: T): Promise<void> {
    if (this.#refusal !== undefined) return rejected(this.#refusal);
    if (this.#end !== undefined)
      throw new TypeError(`push() was called after ${this.#end.failed ? "fail()" : "end()"}`);
    if (this.#reader !== undefined) {
      this.#give(message);
      return Promise.resolve();
    }
    if (this.#waiting.length >= this.#maxCount) {
      throw new RangeError(
        `${this.#maxCount} messages wait to be sent already (maxBufferedMessages): await each push() before the next`,
      );
    }
    this.#waiting.push(message);
    if (this.#waiting.length < this.#maxCount) return Promise.resolve();
    this.#lastPush = new PendingPush();
    return this.#lastPush.promise;
  }

  end(): void {
    this.#finish({ error: undefined, failed: false });
  }

  fail(error: unknown): void {
    this.#finish({ error, failed: true });
  }

  #finish(end: End): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    // A reader waits only where no message does.
    const reader = this.#takeReader();
    reader?.(end.failed ? Promise.reject(end.error) : { done: true, value: undefined });
  }

  [Symbol.asyncIterator](): AsyncIterator<T, undefined> & ToldOfEnd {
    if (this.#iterated) throw new TypeError("a pushable serves one call: make another one for another call");
    this.#iterated = true;
    return {
      next: () => this.#next(),
      return: () => {
        this.#refuse(undefined);
        return Promise.resolve({ done: true, value: undefined });
      },
      [callEnded]: (error) => this.#refuse(error),
    };
  }

  #next(): Promise<IteratorResult<T, undefined>> {
    if (this.#isTaken) this.#sentCount++;
    this.#isTaken = false;
    if (this.#refusal !== undefined) return Promise.resolve({ done: true, value: undefined });
    if (this.#waiting.length > 0) {
      const value = this.#waiting.shift() as T;
      this.#isTaken = true;
      this.#lastPush?.resolve();
      this.#lastPush = undefined;
      return Promise.resolve({ done: false, value });
    }
    if (this.#end !== undefined) {
      const { failed, error } = this.#end;
      return failed ? Promise.reject(error) : Promise.resolve({ done: true, value: undefined });
    }
    return new Promise((resolve) => {
      this.#reader = resolve;
    });
  }

  #give(value: T): void {
    this.#isTaken = true;
    this.#takeReader()?.({ done: false, value });
  }

  #takeReader(): Reader<T> | undefined {
    const reader = this.#reader;
    this.#reader = undefined;
    return reader;
  }

  /** Another call that it was given to as well is none of its business. */
  [callEnded](error: RpcError | undefined): void {
    if (!this.#iterated) this.#refuse(error);
  }

  /** Without an error where the reason did not come this far: the generator of an interceptor stands in between. */
  #refuse(error: RpcError | undefined): void {
    if (this.#refusal !== undefined) return;
    this.#refusal = error ?? new RpcError(Status.CANCELLED, "the call has ended and takes no more messages");
    this.#waiting.length = 0;
    this.#lastPush?.reject(this.#refusal);
    this.#lastPush = undefined;
    this.#takeReader()?.({ done: true, value: undefined });
  }
}

/** A push that waits for room. */
class PendingPush {
  resolve!: () => void;
  reject!: (error: RpcError) => void;
  readonly promise: Promise<void> = new Promise((resolve, reject) => {
    this.resolve = resolve;
    this.reject = reject;
  });

  constructor() {
    // Whoever does not await it learns of the end from the response.
    this.promise.catch(thrownText);
  }
}

function rejected(error: RpcError): Promise<never> {
  const promise = Promise.reject(error);
  promise.catch(thrownText);
  return promise;
}
