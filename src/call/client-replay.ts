import type { Message } from "@bufbuild/protobuf";
import type { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import { RequestFault } from "./client-request-check.js";
import { iteratorOf } from "./handler-messages.js";
import { follow } from "./promise-like.js";
import { endUnread } from "./pushable.js";
import { leave } from "./server-pump.js";

type Result = IteratorResult<Message, undefined>;
/** With an error: a promise that is rejected with it. */
type Step = Result | Promise<never>;

const done: IteratorReturnResult<undefined> = { done: true, value: undefined };

/** A message that was pulled, and the way to the one behind it. */
class Link {
  readonly message: Message | undefined;
  /** Bytes of all that were pulled up to this one. */
  readonly endBytes: number;
  next: Link | undefined = undefined;

  constructor(message: Message | undefined, endBytes: number) {
    this.message = message;
    this.endBytes = endBytes;
  }
}

/**
 * The requests of a call with interceptors. An interceptor may call `next` again, also while the first try still runs: each try
 * reads from the first message on, while the user's iterable is read once. What was read is kept for that up to a bound; beyond
 * it another try is refused.
 *
 * The user's iterable is read no faster than the fastest try takes, and is left when the whole call is over.
 */
export class ReplayedRequests implements AsyncIterable<Message> {
  private readonly source: unknown;
  private readonly toMessage: (request: unknown) => Message;
  private readonly bytesMax: number;
  /** What the tries before ended with, for the message of one that is refused. */
  private readonly lastError: () => RpcError | undefined;
  /** In front of the first message; undefined once no other try can begin. */
  private first: Link | undefined = new Link(undefined, 0);
  private last: Link = this.first as Link;
  private refusal = "";
  private readonly readers: Set<RequestReader> = new Set();
  private started = false;
  private iterator: Iterator<unknown> | AsyncIterator<unknown> | undefined;
  /** The iterator is no asynchronous one: promises that it gives are waited for. */
  private synchronous = false;
  /** The iterator was asked for a message. */
  private pulling = false;
  private ended = false;
  private failure: { readonly error: unknown } | undefined;
  private closed = false;

  constructor(
    source: unknown,
    toMessage: (request: unknown) => Message,
    bytesMax: number,
    lastError: () => RpcError | undefined,
  ) {
    this.source = source;
    this.toMessage = toMessage;
    this.bytesMax = bytesMax;
    this.lastError = lastError;
  }

  /** Whether requests are still to come from the user. */
  get isOpen(): boolean {
    return !this.ended && !this.closed;
  }

  /** @throws {RequestFault} FAILED_PRECONDITION when what was read before is kept no more */
  checkWhole(): void {
    if (this.first === undefined) throw this.refused(this.refusal);
  }

  /** @throws {RequestFault} as `checkWhole` does */
  [Symbol.asyncIterator](): AsyncIterator<Message, undefined> {
    if (this.first === undefined) throw this.refused(this.refusal);
    const reader = new RequestReader(this, this.first);
    this.readers.add(reader);
    return reader;
  }

  refused(why: string): RequestFault {
    const text = `an interceptor called next() again, but ${why}`;
    return new RequestFault(Status.FAILED_PRECONDITION, text, { cause: this.lastError() });
  }

  /** A response has come: no other try can begin. */
  commit(): void {
    if (this.first === undefined) return;
    this.forget("a response had come already");
  }

  private forget(refusal: string): void {
    this.first = undefined;
    this.refusal = refusal;
  }

  /** The call is over. */
  close(error: RpcError | undefined): void {
    if (this.closed) return;
    this.closed = true;
    this.forget("the call was over");
    if (!this.started) endUnread(this.source, error);
    else if (!this.ended && this.iterator !== undefined) leave(this.iterator, error);
    this.wakeAll();
  }

  // ---- for readers ------------------------------------------------------------------------------------------------

  /** What comes behind the last message: the end, or an error; undefined while it is not known. */
  get end(): Step | undefined {
    if (this.failure !== undefined) return Promise.reject(this.failure.error);
    return this.ended || this.closed ? done : undefined;
  }

  /** A reader waits for the next message. */
  want(): void {
    if (this.pulling || this.ended || this.closed) return;
    this.pulling = true;
    if (this.started) {
      this.pull();
      return;
    }
    this.started = true;
    if (!follow(this.source, this.begin, this.fail)) this.begin(this.source);
  }

  leave(reader: RequestReader): void {
    this.readers.delete(reader);
  }

  // ---- the user's iterable ----------------------------------------------------------------------------------------

  private readonly begin: (source: unknown) => void = (source) => {
    try {
      const { iterator, synchronous } = iteratorOf(source);
      this.iterator = iterator;
      this.synchronous = synchronous;
    } catch (error) {
      this.fail(error);
      return;
    }
    if (this.closed) leave(this.iterator, undefined);
    else this.pull();
  };

  private pull(): void {
    let step: unknown;
    try {
      step = (this.iterator as Iterator<unknown>).next();
    } catch (error) {
      this.fail(error);
      return;
    }
    if (!follow(step, this.onStep, this.fail)) this.onStep(step);
  }

  private readonly onStep: (step: unknown) => void = (step) => {
    let value: unknown;
    try {
      if (typeof step !== "object" || step === null) throw new TypeError("an iterator's next() must give an object");
      const { done: isDone, value: given } = step as IteratorResult<unknown>;
      if (isDone === true) {
        this.finish();
        return;
      }
      value = given;
    } catch (error) {
      this.fail(error);
      return;
    }
    if (!this.synchronous || !follow(value, this.add, this.refuse)) this.add(value);
  };

  private finish(): void {
    this.ended = true;
    this.wakeAll();
  }

  private readonly fail: (error: unknown) => void = (error) => {
    this.failure = { error };
    this.finish();
  };

  /** It gave something that cannot be sent. */
  private readonly refuse: (error: unknown) => void = (error) => {
    if (this.ended || this.closed) return;
    leave(this.iterator as Iterator<unknown>, undefined);
    this.fail(error);
  };

  private readonly add: (request: unknown) => void = (request) => {
    if (this.closed) return;
    let message: Message;
    try {
      message = this.toMessage(request);
    } catch (error) {
      this.refuse(error);
      return;
    }
    const isShared = this.first !== undefined || this.readers.size > 1;
    const link = new Link(message, this.last.endBytes + (isShared ? roughBytes(message, this.bytesMax) : 0));
    this.last.next = link;
    this.last = link;
    if (this.first !== undefined && link.endBytes > this.bytesMax) {
      this.forget(`the requests so far need more than maxReplayBytes = ${this.bytesMax} bytes and were not kept`);
    }
    this.pulling = false;
    this.wakeAll();
    if (this.readers.size > 1) this.dropLaggards(link.endBytes);
  };

  /** A try that is too far behind would keep all that it has not read yet. */
  private dropLaggards(endBytes: number): void {
    for (const reader of this.readers) {
      if (endBytes - reader.endBytes > this.bytesMax) {
        reader.drop(`this try is more than maxReplayBytes = ${this.bytesMax} bytes behind another`);
        this.readers.delete(reader);
      }
    }
  }

  private wakeAll(): void {
    for (const reader of this.readers) reader.wake();
  }
}

/** One try's way through the requests. */
class RequestReader implements AsyncIterator<Message, undefined> {
  private readonly requests: ReplayedRequests;
  /** What was given last. */
  private at: Link | undefined;
  private refusal = "";
  private waiting: Promise<Result> | undefined;
  private resolve: ((result: Step) => void) | undefined;

  constructor(requests: ReplayedRequests, first: Link) {
    this.requests = requests;
    this.at = first;
  }

  get endBytes(): number {
    return this.at?.endBytes ?? Number.POSITIVE_INFINITY;
  }

  next(): Promise<Result> {
    if (this.waiting !== undefined) return this.waiting.then(() => this.next());
    const ready = this.take();
    if (ready !== undefined) return Promise.resolve(ready);
    const waiting = new Promise<Result>((resolve) => {
      this.resolve = resolve;
    });
    this.waiting = waiting;
    this.requests.want();
    return waiting;
  }

  private take(): Step | undefined {
    if (this.at === undefined) {
      return this.refusal === "" ? done : Promise.reject(this.requests.refused(this.refusal));
    }
    const { next } = this.at;
    if (next === undefined) return this.requests.end;
    this.at = next;
    return { done: false, value: next.message as Message };
  }

  /** There may be something for it. */
  wake(): void {
    const { resolve } = this;
    if (resolve === undefined) return;
    const ready = this.take();
    if (ready === undefined) return;
    this.resolve = undefined;
    this.waiting = undefined;
    resolve(ready);
  }

  drop(refusal: string): void {
    this.refusal = refusal;
    this.at = undefined;
    this.wake();
  }

  return(): Promise<Result> {
    this.at = undefined;
    this.requests.leave(this);
    this.wake();
    return Promise.resolve(done);
  }
}

/** About the memory that a message takes, in bytes, counted no further than what tells that it is above `most`. */
function roughBytes(value: unknown, most: number): number {
  if (typeof value === "string") return 16 + value.length;
  if (typeof value !== "object" || value === null) return 8;
  if (ArrayBuffer.isView(value)) return 64 + value.byteLength;
  let bytes = 32;
  for (const name in value) {
    bytes += 8 + roughBytes((value as Record<string, unknown>)[name], most - bytes);
    if (bytes > most) break;
  }
  return bytes;
}
