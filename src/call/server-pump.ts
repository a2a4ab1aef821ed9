import { isPromiseLike } from "./promise-like.js";

/** Where a pump puts its messages. */
export interface MessageSink {
  /** Sends one; a promise is returned when the next has to wait, false when nobody wants any more. */
  sendMessage(message: unknown): undefined | false | Promise<void>;
}

/** A running pump. */
export interface Pump {
  /**
   * Resolves when all was sent, or when the pump was stopped and the iterable is done with its `return()`; rejects with what
   * the iterable or the sink threw.
   */
  readonly done: Promise<void>;
  /** Ends the iteration: the iterable's `return()` is called once. */
  stop(): void;
}

type AnyIterator = Iterator<unknown> | AsyncIterator<unknown>;

/**
 * Sends what an iterable, asynchronous or not, gives, no faster than the peer reads. A promise of an iterable is waited
 * for, as are promises that an iterable which is not asynchronous gives.
 */
export function pumpMessages(source: unknown, sink: MessageSink): Pump {
  return new IterablePump(source, sink);
}

/**
 *   running --(stop, or the sink threw)--> stopped, `return()` was called
 *   running --(the iterable ended or threw)--> stopped
 */
class IterablePump implements Pump {
  readonly done: Promise<void>;
  private readonly sink: MessageSink;
  private stopped = false;
  private iterator: AnyIterator | undefined;
  private synchronous = false;
  /** What the iterable's `return()` is still at. */
  private leaving: Promise<void> | undefined;

  constructor(source: unknown, sink: MessageSink) {
    this.sink = sink;
    this.done = this.run(source);
  }

  stop(): void {
    if (this.stopped) return;
    this.stopped = true;
    if (this.iterator !== undefined) this.leaving = leave(this.iterator);
  }

  private async run(source: unknown): Promise<void> {
    const iterator = this.begin(isPromiseLike(source) ? await source : source);
    while (!this.stopped) {
      let result: IteratorResult<unknown>;
      try {
        const step: unknown = iterator.next();
        result = (isPromiseLike(step) ? await step : step) as IteratorResult<unknown>;
      } catch (error) {
        // As in `for await`: an iterator that threw is over by itself.
        this.stopped = true;
        throw error;
      }
      if (this.stopped) break;
      if (result.done === true) {
        this.stopped = true;
        return;
      }
      try {
        const { value } = result;
        const waiting = this.sink.sendMessage(this.synchronous && isPromiseLike(value) ? await value : value);
        if (waiting === false) this.stop();
        else if (waiting !== undefined) await waiting;
      } catch (error) {
        this.stop();
        throw error;
      }
    }
    await this.leaving;
  }

  private begin(source: unknown): AnyIterator {
    const iterator = this.iteratorOf(source);
    this.iterator = iterator;
    if (this.stopped) this.leaving = leave(iterator);
    return iterator;
  }

  private iteratorOf(source: unknown): AnyIterator {
    if (typeof source === "object" && source !== null) {
      if (Symbol.asyncIterator in source) return (source as AsyncIterable<unknown>)[Symbol.asyncIterator]();
      this.synchronous = true;
      if (Symbol.iterator in source) return (source as Iterable<unknown>)[Symbol.iterator]();
    }
    const found = source === null ? "null" : typeof source;
    throw new TypeError(`a streaming side must be an iterable or an async iterable, not ${found}`);
  }
}

/** Tells the iterable that nobody wants more. What it throws then is its own affair: there is nobody left to tell. */
function leave(iterator: AnyIterator): Promise<void> | undefined {
  try {
    const left: unknown = iterator.return?.();
    return isPromiseLike(left) ? Promise.resolve(left).then(ignore, ignore) : undefined;
  } catch {
    return undefined;
  }
}

function ignore(): void {
  // Whatever it was.
}
