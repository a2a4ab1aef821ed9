import type { Message } from "@bufbuild/protobuf";

/** Where the one request of a call comes from. */
export interface RequestSource {
  /** Reads it: waits until it is whole, decompresses and decodes it. Called once. */
  readRequest(): Promise<Message>;
}

/** The request as interceptors see it: nothing of it is decompressed or decoded before somebody awaits it. */
export class LazyMessage implements PromiseLike<Message> {
  private readonly source: RequestSource;
  private promise: Promise<Message> | undefined;

  constructor(source: RequestSource) {
    this.source = source;
  }

  // biome-ignore lint/suspicious/noThenProperty: to be awaited is what it is for
  then<A = Message, B = never>(
    onFulfilled?: ((message: Message) => A | PromiseLike<A>) | null,
    onRejected?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.promise ??= this.source.readRequest();
    return this.promise.then(onFulfilled, onRejected);
  }
}
