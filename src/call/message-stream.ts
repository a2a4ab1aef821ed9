import type { Message } from "@bufbuild/protobuf";
import { ENDED, type InboundReader, PENDING } from "./inbound.js";
import { rejectAtCaller } from "./rejection.js";

type Result = IteratorResult<Message, undefined>;

/** What an iteration takes its messages from. */
export interface MessageSource {
  /** Told when there is something to take. */
  listener: InboundReader | undefined;
  take(): Message | typeof PENDING | typeof ENDED;
  /** The user has left the iteration. */
  leave(): void;
}

/** One `next()` that waits, and the one behind it. */
class Waiter {
  /** With an error: a promise that is rejected with it. The function that rejects would have to be kept as well. */
  resolve!: (result: Result | Promise<never>) => void;
  readonly promise: Promise<Result> = new Promise((resolve) => {
    this.resolve = resolve;
  });
  next: Waiter | undefined;
}

const done: IteratorReturnResult<undefined> = { done: true, value: undefined };

/**
 * A stream of messages as the user reads it. Leaving a `for await` early, or calling `return()`, tells the source, which
 * cancels a client's call and makes a server drop the rest.
 */
export class MessageStream implements AsyncIterableIterator<Message, undefined>, InboundReader {
  /** Whatever must not be collected while somebody waits for a message. */
  keeper: object | undefined = undefined;
  private readonly source: MessageSource;
  private firstWaiter: Waiter | undefined;
  private lastWaiter: Waiter | undefined;
  private over = false;
  /** Its reader is the one whose line an error names, and no interceptor in front of him. */
  private readonly isOutermost: boolean;

  constructor(source: MessageSource, isOutermost: boolean = true) {
    this.source = source;
    this.isOutermost = isOutermost;
    source.listener = this;
  }

  /** Whether somebody waits for a message. */
  get isAwaited(): boolean {
    return this.firstWaiter !== undefined;
  }

  next(): Promise<Result> {
    if (this.over) return Promise.resolve(done);
    if (this.firstWaiter === undefined) {
      const ready = this.take();
      if (ready !== undefined) return ready;
    }
    const waiter = new Waiter();
    if (this.lastWaiter === undefined) this.firstWaiter = waiter;
    else this.lastWaiter.next = waiter;
    this.lastWaiter = waiter;
    return waiter.promise;
  }

  private shiftWaiter(): Waiter | undefined {
    const waiter = this.firstWaiter;
    if (waiter === undefined) return undefined;
    this.firstWaiter = waiter.next;
    // One that was collected late would keep all that come after it.
    waiter.next = undefined;
    if (this.firstWaiter === undefined) {
      this.lastWaiter = undefined;
      this.keeper = undefined;
    }
    return waiter;
  }

  /** What can be said at once, or undefined when it has to be waited for. */
  private take(): Promise<Result> | undefined {
    try {
      const taken = this.source.take();
      if (taken === PENDING) return undefined;
      if (taken !== ENDED) return Promise.resolve({ done: false, value: taken });
      this.over = true;
      return Promise.resolve(done);
    } catch (error) {
      this.over = true;
      return rejected(error, this.isOutermost);
    }
  }

  /** Something has come: it goes to those who wait, in order. */
  onReadable(): void {
    while (this.firstWaiter !== undefined) {
      let result: Result;
      try {
        const taken = this.over ? ENDED : this.source.take();
        if (taken === PENDING) return;
        if (taken === ENDED) this.over = true;
        result = taken === ENDED ? done : { done: false, value: taken };
      } catch (error) {
        this.over = true;
        const waiter = this.shiftWaiter();
        if (waiter === undefined) continue;
        if (this.isOutermost) rejectAtCaller(waiter.resolve, error, () => waiter.promise.catch(ignore));
        else {
          waiter.promise.catch(ignore);
          waiter.resolve(Promise.reject(error));
        }
        continue;
      }
      this.shiftWaiter()?.resolve(result);
    }
  }

  return(): Promise<Result> {
    if (!this.over) {
      this.over = true;
      for (let waiter = this.shiftWaiter(); waiter !== undefined; waiter = this.shiftWaiter()) waiter.resolve(done);
      this.source.leave();
    }
    return Promise.resolve(done);
  }

  throw(error: unknown): Promise<Result> {
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
function rejected(error: unknown, isOutermost: boolean): Promise<never> {
  if (!isOutermost) {
    const rejection = Promise.reject(error);
    rejection.catch(ignore);
    return rejection;
  }
  let result!: Promise<never>;
  const take = (rejection: Promise<never>): void => {
    result = rejection;
  };
  rejectAtCaller(take, error);
  return result;
}

function ignore(): void {
  // Told to whoever waits.
}
