import type { Message } from "@bufbuild/protobuf";

type Result = IteratorResult<Message, undefined>;

/** What gives the responses of one call. */
export interface ResponseSource {
  /** The stream that the user holds, as long as somebody waits for a response: else it could be collected meanwhile. */
  keeper: object | undefined;
  /** Whether somebody waits for a response. */
  readonly isAwaited: boolean;
  next(): Promise<Result>;
  return(): Promise<Result>;
}

/**
 * The responses of a call as the user holds them. Nothing of the call refers to it, so that it is collected once the user
 * has let go of it; then `UnreadStreams` ends the call.
 */
export class ResponseStream implements AsyncIterableIterator<Message, undefined> {
  private readonly source: ResponseSource;

  constructor(source: ResponseSource) {
    this.source = source;
  }

  next(): Promise<Result> {
    const { source } = this;
    const result = source.next();
    if (source.isAwaited) source.keeper = this;
    return result;
  }

  return(): Promise<Result> {
    return this.source.return();
  }

  throw(error: unknown): Promise<Result> {
    void this.source.return();
    return Promise.reject(error);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

/** A call whose responses nobody can read any more. */
export interface CollectableCall {
  onCollected(): void;
}

/**
 * Watches for streams of responses that were collected before their end. Without it, a stream that a program forgets to read
 * or to leave would hold its place at the server for ever.
 */
export class UnreadStreams {
  private readonly registry: FinalizationRegistry<CollectableCall> = new FinalizationRegistry((call) =>
    call.onCollected(),
  );

  add(responses: ResponseStream, call: CollectableCall): void {
    this.registry.register(responses, call, call);
  }

  /** The call is over. */
  remove(call: CollectableCall): void {
    this.registry.unregister(call);
  }
}
