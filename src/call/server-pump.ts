/** Where a pump puts its messages. */
export interface MessageSink {
  /** Sends one; a promise is returned when the next has to wait. */
  sendMessage(message: unknown): undefined | Promise<void>;
}

/** A running pump. */
export interface Pump {
  /** Resolves when all was sent or the pump was stopped; rejects with what the iterable threw. */
  readonly done: Promise<void>;
  /** Ends the iteration: the iterable's `return()` is called once. */
  stop(): void;
}

type AnyIterator = Iterator<unknown> | AsyncIterator<unknown>;

/** Sends what an iterable, asynchronous or not, gives, no faster than the peer reads. */
export function pumpMessages(source: unknown, sink: MessageSink): Pump {
  const iterator = iteratorOf(source);
  if (iterator === undefined) {
    const found = source === null ? "null" : typeof source;
    const error = new TypeError(`a streaming side must be an iterable or an async iterable, not ${found}`);
    return { done: Promise.reject(error), stop: () => undefined };
  }
  const state = { stopped: false };
  return {
    done: run(iterator, sink, state),
    stop: () => {
      if (state.stopped) return;
      state.stopped = true;
      leave(iterator);
    },
  };
}

async function run(iterator: AnyIterator, sink: MessageSink, state: { stopped: boolean }): Promise<void> {
  try {
    while (!state.stopped) {
      const step = iterator.next();
      const result = step instanceof Promise || "then" in step ? await step : step;
      if (state.stopped) return;
      if (result.done === true) {
        state.stopped = true;
        return;
      }
      const waiting = sink.sendMessage(result.value);
      if (waiting !== undefined) await waiting;
    }
  } catch (error) {
    if (!state.stopped) {
      state.stopped = true;
      leave(iterator);
    }
    throw error;
  }
}

/** Tells the iterable that nobody wants more. What it does then is its own affair: nothing waits for it. */
function leave(iterator: AnyIterator): void {
  try {
    const left = iterator.return?.();
    if (left instanceof Promise) left.catch(() => undefined);
  } catch {
    // The call is over; there is nobody left to tell.
  }
}

function iteratorOf(source: unknown): AnyIterator | undefined {
  if (typeof source !== "object" || source === null) return undefined;
  if (Symbol.asyncIterator in source) return (source as AsyncIterable<unknown>)[Symbol.asyncIterator]();
  if (Symbol.iterator in source) return (source as Iterable<unknown>)[Symbol.iterator]();
  return undefined;
}
