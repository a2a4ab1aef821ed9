import { type DescMethod, type DescService, type Message, type Registry, toBinary } from "@bufbuild/protobuf";
import { plausibleMessage } from "./plausible.js";
import { type MockReplies, type MockReply, methodName, replyFor } from "./replies.js";

/** How a mocked service answers. */
export interface MockOptions {
  readonly registry: Registry;
  readonly replies: MockReplies;
  readonly seed: string;
  /** Messages of a stream of responses that no reply says. */
  readonly streamMessages: number;
  /** Resolves later; ends early when the call does. */
  wait(delayMs: number, signal: AbortSignal): Promise<void>;
}

/** As much of a call as is needed here. */
interface MockCall {
  readonly signal: AbortSignal;
}

type Handler = (request: never, call: MockCall) => unknown;

/** Handlers for all methods of a service. */
export function mockService(service: DescService, options: MockOptions): Record<string, Handler> {
  return Object.fromEntries(
    service.methods.map((method) => [method.localName, handlerOf(new MockMethod(method, options))]),
  );
}

function handlerOf(method: MockMethod): Handler {
  switch (method.kind) {
    case "unary":
      return (request: Message, call) => method.one(request, call);
    case "server_streaming":
      return (request: Message, call) => method.many(request, call);
    case "client_streaming":
      return (requests: AsyncIterable<Message>, call) => method.oneOfMany(requests, call);
    case "bidi_streaming":
      return (requests: AsyncIterable<Message>, call) => method.manyOfMany(requests, call);
  }
}

class MockMethod {
  readonly kind: DescMethod["methodKind"];
  readonly #method: DescMethod;
  readonly #options: MockOptions;
  readonly #replies: readonly MockReply[];

  constructor(method: DescMethod, options: MockOptions) {
    this.kind = method.methodKind;
    this.#method = method;
    this.#options = options;
    this.#replies = options.replies.get(methodName(method)) ?? [];
  }

  async one(request: Message | undefined, call: MockCall): Promise<Message> {
    const reply = this.#reply(request);
    if (reply === undefined) return this.#makeUp(request, 0);
    await this.#options.wait(reply.delayMs, call.signal);
    if (reply.error !== undefined) throw reply.error;
    return reply.responses[0] as Message;
  }

  async *many(request: Message, call: MockCall): AsyncGenerator<Message> {
    const reply = this.#reply(request);
    if (reply !== undefined) {
      yield* this.#play(reply, call);
      return;
    }
    for (let i = 0; i < this.#options.streamMessages; i++) yield this.#makeUp(request, i);
  }

  /** The first request decides. */
  async oneOfMany(requests: AsyncIterable<Message>, call: MockCall): Promise<Message> {
    let first: Message | undefined;
    for await (const request of requests) first ??= request;
    return this.one(first, call);
  }

  /** Each request is answered for itself. */
  async *manyOfMany(requests: AsyncIterable<Message>, call: MockCall): AsyncGenerator<Message> {
    let count = 0;
    for await (const request of requests) {
      const reply = this.#reply(request);
      if (reply === undefined) yield this.#makeUp(request, count++);
      else yield* this.#play(reply, call);
    }
  }

  async *#play(reply: MockReply, call: MockCall): AsyncGenerator<Message> {
    for (const response of reply.responses) {
      await this.#options.wait(reply.delayMs, call.signal);
      yield response;
    }
    if (reply.error === undefined) return;
    if (reply.responses.length === 0) await this.#options.wait(reply.delayMs, call.signal);
    throw reply.error;
  }

  #reply(request: Message | undefined): MockReply | undefined {
    return replyFor(this.#replies, this.#method, request, this.#options.registry);
  }

  /** The same request gets the same response, also from the next run. */
  #makeUp(request: Message | undefined, index: number): Message {
    const bytes = request === undefined ? "" : Buffer.from(toBinary(this.#method.input, request)).toString("base64");
    const seed = `${this.#options.seed}/${methodName(this.#method)}/${bytes}/${index}`;
    return plausibleMessage(this.#method.output, seed, request);
  }
}
