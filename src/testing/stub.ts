import type { DescMessage, DescMethod, DescService, MessageShape } from "@bufbuild/protobuf";
import type { Metadata } from "../base/metadata.js";
import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import type { ServerContext } from "../call/server-context.js";
import type { Channel } from "../client/channel.js";
import type { Client } from "../client/client.js";
import { checkService } from "../server/check-options.js";
import type { MethodImpl, ServiceImpl } from "../server/service-impl.js";
import { type InMemory, type InMemoryOptions, startInMemory } from "./in-memory.js";
import { sleep } from "./sleep.js";

/** A call that a stub has had. */
export interface StubCall<Request> {
  /** The one request, or those that came so far where they stream. */
  readonly requests: readonly Request[];
  readonly metadata: Metadata;
  /** What was left until the deadline when the call came, in ms; Infinity without one. */
  readonly timeoutMs: number;
  /** The call as a handler has it: its `signal` tells whether it was cancelled. */
  readonly context: ServerContext;
}

type MethodName<Desc extends DescService> = keyof Desc["method"] & string;

type RequestOf<Method> = Method extends { readonly input: infer I extends DescMessage } ? MessageShape<I> : never;

/** What a handler gives: a message, or an iterable of them where responses stream. */
type ReplyOf<Method> = Awaited<ReturnType<Extract<MethodImpl<Method>, (...args: never[]) => unknown>>>;

type Handler = (request: unknown, call: ServerContext) => unknown;

interface StubMethod {
  readonly desc: DescMethod;
  readonly calls: StubCall<unknown>[];
  /** Used up before `always`. */
  readonly once: Handler[];
  always: Handler | undefined;
  delayMs: number;
}

/**
 * A service without an implementation: a test says what its methods answer, and reads what they were asked. The code under test gets
 * `client` or `channel`; its calls go through all of a real client and server, in memory.
 */
export class Stub<Desc extends DescService> implements AsyncDisposable {
  readonly client: Client<Desc>;
  /** For code that makes its client itself. */
  readonly channel: Channel;
  /** The server and the network below it, to cut or stall it. */
  readonly test: InMemory;
  readonly #desc: Desc;
  readonly #methods: ReadonlyMap<string, StubMethod>;

  /** Use `startStub`. */
  constructor(desc: Desc, methods: ReadonlyMap<string, StubMethod>, test: InMemory) {
    this.#desc = desc;
    this.#methods = methods;
    this.test = test;
    this.channel = test.channel;
    this.client = test.client(desc);
  }

  /** Answers all calls with this from now on: a message, or an array or iterable of them where responses stream. */
  reply<Name extends MethodName<Desc>>(name: Name, reply: ReplyOf<Desc["method"][Name]>): this {
    return this.#always(name, this.#canned(name, reply));
  }

  /** Answers the next call with this; further ones are for those after it. */
  replyOnce<Name extends MethodName<Desc>>(name: Name, reply: ReplyOf<Desc["method"][Name]>): this {
    return this.#once(name, this.#canned(name, reply));
  }

  /** Fails all calls from now on. */
  fail(name: MethodName<Desc>, error: RpcError | Status): this {
    return this.#always(name, failing(error));
  }

  /** Fails the next call. */
  failOnce(name: MethodName<Desc>, error: RpcError | Status): this {
    return this.#once(name, failing(error));
  }

  /** Answers all calls by a handler, as a server has it. */
  handle<Name extends MethodName<Desc>>(name: Name, handler: MethodImpl<Desc["method"][Name]>): this {
    return this.#always(name, handler as Handler);
  }

  /** Lets each answer wait so long, in the time of the clock that the stub was started with. */
  delay(name: MethodName<Desc>, ms: number): this {
    this.#method(name).delayMs = ms;
    return this;
  }

  /** The calls that a method has had, in order. */
  calls<Name extends MethodName<Desc>>(name: Name): readonly StubCall<RequestOf<Desc["method"][Name]>>[] {
    return this.#method(name).calls as unknown as readonly StubCall<RequestOf<Desc["method"][Name]>>[];
  }

  /** Forgets calls, answers and delays. */
  reset(): this {
    for (const method of this.#methods.values()) {
      method.calls.length = 0;
      method.once.length = 0;
      method.always = undefined;
      method.delayMs = 0;
    }
    return this;
  }

  /** Ends it; calls that run fail. */
  close(): Promise<void> {
    return this.test.close();
  }

  /** As `close()`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Requests that stream are read all the same, so that they are noted: before the one reply, or beside many. */
  #canned(name: string, reply: unknown): Handler {
    const { methodKind } = this.#method(name).desc;
    return async (request) => {
      if (methodKind === "client_streaming") await drain(request);
      // A call that ends meanwhile ends the reading too, and is told elsewhere.
      if (methodKind === "bidi_streaming") drain(request).catch(() => undefined);
      return reply;
    };
  }

  #always(name: string, handler: Handler): this {
    this.#method(name).always = handler;
    return this;
  }

  #once(name: string, handler: Handler): this {
    this.#method(name).once.push(handler);
    return this;
  }

  #method(name: string): StubMethod {
    const method = this.#methods.get(name);
    if (method !== undefined) return method;
    throw new TypeError(
      `${this.#desc.typeName} has no method "${name}": it has ${[...this.#methods.keys()].join(", ")}`,
    );
  }
}

/** Starts a stub of a service; a method that nothing was said for answers UNIMPLEMENTED. */
export async function startStub<Desc extends DescService>(
  desc: Desc,
  options: InMemoryOptions = {},
): Promise<Stub<Desc>> {
  checkService(desc);
  const methods = new Map<string, StubMethod>();
  const handlers: Record<string, Handler> = Object.create(null);
  for (const method of desc.methods) {
    const stub: StubMethod = { desc: method, calls: [], once: [], always: undefined, delayMs: 0 };
    methods.set(method.localName, stub);
    handlers[method.localName] = handlerOf(method, stub, options);
  }
  const test = await startInMemory((server) => server.add(desc, handlers as ServiceImpl<Desc>), options);
  return new Stub(desc, methods, test);
}

function handlerOf(method: DescMethod, stub: StubMethod, options: InMemoryOptions): Handler {
  const answer = async (request: unknown, call: ServerContext): Promise<unknown> => {
    const noted = note(stub, request, call);
    const handler = stub.once.shift() ?? stub.always;
    if (stub.delayMs > 0) await sleep(stub.delayMs, call.signal, options.clock);
    if (handler === undefined) throw unstubbed(method);
    return handler(noted, call);
  };
  if (method.methodKind === "unary" || method.methodKind === "client_streaming") return answer;
  return async function* (request, call) {
    yield* (await answer(request, call)) as AsyncIterable<unknown> | Iterable<unknown>;
  };
}

/** Notes the call, and gives what its handler shall read. */
function note(stub: StubMethod, request: unknown, context: ServerContext): unknown {
  const requests: unknown[] = [];
  const { metadata } = context;
  stub.calls.push({ requests, metadata, timeoutMs: context.timeRemainingMs(), context });
  if (isAsyncIterable(request)) return noting(request, requests);
  requests.push(request);
  return request;
}

/** The same stream; what is read of it is noted. */
async function* noting(source: AsyncIterable<unknown>, into: unknown[]): AsyncGenerator<unknown> {
  for await (const one of source) {
    into.push(one);
    yield one;
  }
}

async function drain(source: unknown): Promise<void> {
  for await (const _ of source as AsyncIterable<unknown>);
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
}

function failing(error: RpcError | Status): Handler {
  return () => {
    throw error instanceof RpcError ? error : new RpcError(error, "the stub was told to fail");
  };
}

function unstubbed({ localName, parent }: DescMethod): RpcError {
  const text = `the stub of ${parent.typeName} was not told what to answer: reply("${localName}", ...)`;
  return new RpcError(Status.UNIMPLEMENTED, text);
}
