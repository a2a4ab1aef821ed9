import type { Message } from "@bufbuild/protobuf";
import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import { failureOf, InterceptedCall } from "./client-intercepted-call.js";
import type { CollectableCall, ResponseSource } from "./client-responses.js";
import type { InterceptorNext, InterceptorResponse } from "./interceptor.js";
import { checkAnswer } from "./interceptor-answer.js";
import { follow } from "./promise-like.js";
import { rejectAtCaller } from "./rejection.js";

type Result = IteratorResult<Message, undefined>;

const done: IteratorReturnResult<undefined> = { done: true, value: undefined };

/** One `next()` of the user, and the one behind it. */
class Read {
  /** With an error: a promise that is rejected with it. */
  resolve!: (result: Result | Promise<never>) => void;
  readonly promise: Promise<Result> = new Promise((resolve) => {
    this.resolve = resolve;
  });
  next: Read | undefined = undefined;
}

/**
 * A call with interceptors whose responses stream. The user reads from the iterable that the chain answered with, and hears of
 * a cancellation or a deadline at once also where an interceptor hangs.
 */
export class InterceptedStreamCall extends InterceptedCall implements ResponseSource, CollectableCall {
  keeper: object | undefined = undefined;
  private answer: InterceptorResponse | undefined;
  private iterator: AsyncIterator<Message> | Iterator<Message> | undefined;
  /** Those that wait, in order: the first one is the one that the chain's iterator was asked for. */
  private firstRead: Read | undefined;
  private lastRead: Read | undefined;
  /** How the call ended while nobody waited. */
  private unread: { readonly error: unknown } | undefined;

  start(chain: InterceptorNext, message: unknown): void {
    try {
      const request = this.request(message);
      this.arm();
      Promise.resolve(chain(request)).then(
        (answer) => this.onAnswer(answer),
        (error: unknown) => this.close(failureOf(error)),
      );
    } catch (error) {
      this.close(failureOf(error));
    }
  }

  private onAnswer(answer: unknown): void {
    try {
      checkAnswer(this.method.path, true, answer);
      const stream = answer.message as AsyncIterable<Message> & Iterable<Message>;
      const iterator = (stream[Symbol.asyncIterator] ?? stream[Symbol.iterator]).call(stream);
      this.answer = answer;
      this.iterator = iterator;
    } catch (error) {
      this.close(failureOf(error));
      return;
    }
    if (this.over) this.leaveIterator();
    else if (this.firstRead !== undefined) this.step();
  }

  // ---- for the user -----------------------------------------------------------------------------------------------

  get isAwaited(): boolean {
    return this.firstRead !== undefined;
  }

  next(): Promise<Result> {
    if (this.over) return this.late();
    const read = new Read();
    if (this.lastRead !== undefined) {
      this.lastRead.next = read;
      this.lastRead = read;
    } else {
      this.firstRead = read;
      this.lastRead = read;
      if (this.iterator !== undefined) this.step();
    }
    return read.promise;
  }

  private late(): Promise<Result> {
    const { unread } = this;
    this.unread = undefined;
    return unread === undefined ? Promise.resolve(done) : rejected(unread.error);
  }

  return(): Promise<Result> {
    if (!this.over) {
      const error = new RpcError(Status.CANCELLED, "the responses are read no further");
      this.stop(error);
      this.close(error);
      this.unread = undefined;
    }
    return Promise.resolve(done);
  }

  onCollected(): void {
    if (this.over) return;
    if (this.isSending) this.readToEnd();
    else void this.return();
  }

  /** Requests still leave: responses are read for nobody, so that the server is not held up. */
  private readToEnd(): void {
    this.next().then(
      (result) => {
        if (result.done !== true) this.readToEnd();
      },
      () => undefined,
    );
  }

  // ---- the chain's iterator ---------------------------------------------------------------------------------------

  private step(): void {
    let step: unknown;
    try {
      step = (this.iterator as AsyncIterator<Message>).next();
    } catch (error) {
      this.onThrown(error);
      return;
    }
    if (!follow(step, this.onResult, this.onThrown)) this.onResult(step);
  }

  private readonly onResult: (result: unknown) => void = (result) => {
    if (this.over) return;
    let isDone: boolean;
    try {
      if (typeof result !== "object" || result === null) throw this.notAStep();
      isDone = (result as Result).done === true;
    } catch (error) {
      this.onThrown(error);
      return;
    }
    if (isDone) {
      this.close(undefined);
      return;
    }
    const read = this.shiftRead();
    read?.resolve(result as Result);
    if (this.firstRead !== undefined) this.step();
  };

  private readonly onThrown: (error: unknown) => void = (error) => this.close(failureOf(error));

  private notAStep(): TypeError {
    const due = `the responses that an interceptor of ${this.method.path} returned`;
    return new TypeError(`${due} are no async iterable: their next() gave no object`);
  }

  private shiftRead(): Read | undefined {
    const read = this.firstRead;
    this.firstRead = read?.next;
    if (this.firstRead === undefined) {
      this.lastRead = undefined;
      this.keeper = undefined;
    }
    return read;
  }

  // ---- the end ----------------------------------------------------------------------------------------------------

  /** What has come already is still read where the server has ended the call in time, as without interceptors. */
  protected override onAborted(error: RpcError): void {
    if (this.isTrying || this.isAwaited || this.answer === undefined) this.close(error);
  }

  /** The call is over: the first that waits hears why, or whoever comes next. */
  private close(thrown: unknown): void {
    if (this.over) return;
    const { answer } = this;
    const isOk = thrown === undefined;
    const error = this.finish(thrown, isOk ? answer?.headers : this.headers, isOk ? answer?.trailers : this.trailers);
    this.env.unread.remove(this);
    const first = error === undefined ? undefined : this.shiftRead();
    if (first !== undefined) rejectAtCaller(first.resolve, error, () => first.promise.catch(ignore));
    else if (error !== undefined) this.unread = { error };
    for (let read = this.shiftRead(); read !== undefined; read = this.shiftRead()) read.resolve(done);
    if (!isOk) this.leaveIterator();
  }

  /** What the chain's iterators do on their way out is their own affair. */
  private leaveIterator(): void {
    try {
      follow(this.iterator?.return?.(), ignore, ignore);
    } catch {
      // Nobody is left to be told.
    }
  }
}

function rejected(error: unknown): Promise<never> {
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
