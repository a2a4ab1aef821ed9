import type { RpcError } from "../base/rpc-error.js";
import { iteratorOf } from "./handler-messages.js";
import { follow } from "./promise-like.js";
import { callEnded, type ToldOfEnd } from "./pushable.js";

/** Where a pump puts its messages, and what it tells. */
export interface MessageSink {
  /** Sends one; a promise is returned when the next has to wait, false when nobody wants any more. */
  sendMessage(message: unknown): undefined | false | Promise<void>;
  /** All was sent, or the pump was stopped and the iterable is done with its `return()`. It or `onPumpFailed` is called once. */
  onPumped(): void;
  /** The iterable threw, or `sendMessage` did. */
  onPumpFailed(error: unknown): void;
}

/** A running pump. */
export interface Pump {
  /**
   * Ends the iteration: the iterable's `return()` is called once.
   *
   * @param error of the call that has ended, for an iterable that can tell those who feed it
   */
  stop(error?: RpcError): void;
}

type AnyIterator = Iterator<unknown> | AsyncIterator<unknown>;

/**
 * Sends what an iterable, asynchronous or not, gives, no faster than the peer reads. A promise of an iterable is waited
 * for, as are promises that an iterable which is not asynchronous gives. What needs no waiting is done, and told, at once.
 */
export function pumpMessages(source: unknown, sink: MessageSink): Pump {
  const pump = new IterablePump(sink);
  pump.start(source);
  return pump;
}

/**
 *   running --(stop, or the sink threw)--> stopped, `return()` was called
 *   running --(the iterable ended or threw)--> stopped
 *
 * Steps by hand what an async function would say in a few lines: a stream that waits for hours would keep all of that
 * function's frame, and a promise for its end.
 */
class IterablePump implements Pump {
  private readonly sink: MessageSink;
  private stopped = false;
  private iterator: AnyIterator | undefined;
  private synchronous = false;
  /** What the iterable's `return()` is still at. */
  private leaving: Promise<void> | undefined;
  /** Made when the iterable lets us wait for the first time. */
  private onStep: ((result: unknown) => void) | undefined;
  private onThrown: ((error: unknown) => void) | undefined;

  constructor(sink: MessageSink) {
    this.sink = sink;
  }

  stop(error?: RpcError): void {
    if (this.stopped) return;
    this.stopped = true;
    if (this.iterator !== undefined) this.leaving = leave(this.iterator, error);
  }

  start(source: unknown): void {
    const isLater = follow(
      source,
      (iterable) => this.begin(iterable),
      (error) => this.onIterableThrew(error),
    );
    if (!isLater) this.begin(source);
  }

  private begin(source: unknown): void {
    try {
      const { iterator, synchronous } = iteratorOf(source);
      this.iterator = iterator;
      this.synchronous = synchronous;
    } catch (error) {
      this.sink.onPumpFailed(error);
      return;
    }
    if (this.stopped) this.leaving = leave(this.iterator, undefined);
    this.advance();
  }

  /** Asks for one after the other until it has to wait. */
  private advance(): void {
    while (!this.stopped) {
      let step: unknown;
      try {
        step = (this.iterator as AnyIterator).next();
      } catch (error) {
        this.onIterableThrew(error);
        return;
      }
      this.onStep ??= (result) => this.onResult(result);
      this.onThrown ??= (error) => this.onIterableThrew(error);
      if (follow(step, this.onStep, this.onThrown)) return;
      if (!this.take(step)) return;
    }
    this.finish();
  }

  private onResult(result: unknown): void {
    if (this.take(result)) this.advance();
  }

  /** As in `for await`: an iterator that threw is over by itself. */
  private onIterableThrew(error: unknown): void {
    this.stopped = true;
    this.sink.onPumpFailed(error);
  }

  /** @returns whether to go on at once */
  private take(result: unknown): boolean {
    if (this.stopped) return true;
    let value: unknown;
    try {
      if (typeof result !== "object" || result === null) throw notAStep(result);
      const { done, value: given } = result as IteratorResult<unknown>;
      if (done === true) {
        this.stopped = true;
        return true;
      }
      value = given;
    } catch (error) {
      this.onIterableThrew(error);
      return false;
    }
    return this.synchronous ? this.sendAwaited(value) : this.send(value);
  }

  /** As in `for await`, a promise that an iterable which is not asynchronous gives is waited for. */
  private sendAwaited(value: unknown): boolean {
    if (typeof value !== "object") return this.send(value);
    const isLater = follow(
      value,
      (message) => {
        if (this.send(message)) this.advance();
      },
      (error) => this.onSinkThrew(error),
    );
    return isLater ? false : this.send(value);
  }

  /** @returns whether to go on at once */
  private send(message: unknown): boolean {
    let waiting: undefined | false | Promise<void>;
    try {
      waiting = this.sink.sendMessage(message);
    } catch (error) {
      this.onSinkThrew(error);
      return false;
    }
    if (waiting === undefined) return true;
    if (waiting === false) {
      this.stop();
      return true;
    }
    waiting.then(
      () => this.advance(),
      (error: unknown) => this.onSinkThrew(error),
    );
    return false;
  }

  private onSinkThrew(error: unknown): void {
    this.stop();
    this.sink.onPumpFailed(error);
  }

  private finish(): void {
    const { leaving } = this;
    if (leaving === undefined) this.sink.onPumped();
    else leaving.then(() => this.sink.onPumped());
  }
}

function notAStep(result: unknown): TypeError {
  return new TypeError(`an iterator's next() must give an object, not ${result === null ? "null" : typeof result}`);
}

/** Tells the iterable that nobody wants more. What it throws then is its own affair: there is nobody left to tell. */
export function leave(
  iterator: AnyIterator & Partial<ToldOfEnd>,
  error: RpcError | undefined,
): Promise<void> | undefined {
  let left: unknown;
  try {
    left = callEnded in iterator ? iterator[callEnded]?.(error) : iterator.return?.();
  } catch {
    return undefined;
  }
  let onLeft = ignore;
  const leaving = new Promise<void>((resolve) => {
    onLeft = resolve;
  });
  return follow(left, onLeft, onLeft) ? leaving : undefined;
}

function ignore(): void {
  // Whatever it was.
}
