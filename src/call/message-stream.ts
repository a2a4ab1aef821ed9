import type { Message } from "@bufbuild/protobuf";
import { ENDED, type InboundMessages, PENDING } from "./inbound.js";

/** One `next()` that waits. */
class Waiter {
  resolve!: (result: IteratorResult<Message, undefined>) => void;
  reject!: (error: unknown) => void;
  readonly promise: Promise<IteratorResult<Message, undefined>> = new Promise((resolve, reject) => {
    this.resolve = resolve;
    this.reject = reject;
  });
}

const done: IteratorReturnResult<undefined> = { done: true, value: undefined };

/**
 * A stream of messages as the user reads it. Leaving a `for await` early, or calling `return()`, tells `onLeave`, which
 * cancels a client's call and makes a server drop the rest.
 */
export class MessageStream implements AsyncIterableIterator<Message, undefined> {
  private readonly inbound: Pick<InboundMessages, "take" | "onReadable">;
  private readonly onLeave: () => void;
  private waiters: Waiter[] = [];
  private over = false;

  constructor(inbound: Pick<InboundMessages, "take" | "onReadable">, onLeave: () => void) {
    this.inbound = inbound;
    this.onLeave = onLeave;
    inbound.onReadable = (): void => this.serve();
  }

  next(): Promise<IteratorResult<Message, undefined>> {
    if (this.over) return Promise.resolve(done);
    if (this.waiters.length === 0) {
      const ready = this.take();
      if (ready !== undefined) return ready;
    }
    const waiter = new Waiter();
    this.waiters.push(waiter);
    return waiter.promise;
  }

  /** What can be said at once, or undefined when it has to be waited for. */
  private take(): Promise<IteratorResult<Message, undefined>> | undefined {
    try {
      const taken = this.inbound.take();
      if (taken === PENDING) return undefined;
      if (taken !== ENDED) return Promise.resolve({ done: false, value: taken });
      this.over = true;
      return Promise.resolve(done);
    } catch (error) {
      this.over = true;
      return rejected(error);
    }
  }

  /** Something has come: it goes to those who wait, in order. */
  private serve(): void {
    while (this.waiters.length > 0) {
      let result: IteratorResult<Message, undefined>;
      try {
        const taken = this.over ? ENDED : this.inbound.take();
        if (taken === PENDING) return;
        if (taken === ENDED) this.over = true;
        result = taken === ENDED ? done : { done: false, value: taken };
      } catch (error) {
        this.over = true;
        const waiter = this.waiters.shift();
        waiter?.promise.catch(ignore);
        waiter?.reject(error);
        continue;
      }
      this.waiters.shift()?.resolve(result);
    }
  }

  return(): Promise<IteratorResult<Message, undefined>> {
    if (!this.over) {
      this.over = true;
      for (const waiter of this.waiters.splice(0)) waiter.resolve(done);
      this.onLeave();
    }
    return Promise.resolve(done);
  }

  throw(error: unknown): Promise<IteratorResult<Message, undefined>> {
    void this.return();
    return Promise.reject(error);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

/**
 * The peer decides when a stream breaks, and the reader may have asked ahead without waiting yet: that must not end the
 * process as an unhandled rejection. Whoever waits, now or later, still gets the error.
 */
function rejected(error: unknown): Promise<never> {
  const promise = Promise.reject(error);
  promise.catch(ignore);
  return promise;
}

function ignore(): void {
  // Told to whoever waits.
}
