import type { DescMethod } from "@bufbuild/protobuf";
import { Metadata } from "../base/metadata.js";
import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import type { CallOptions } from "../client/call-options.js";
import { Channel } from "../client/channel.js";
import type { TlsClientOptions } from "../net/tls-options.js";
import type { Caller, CallSlot } from "./load-run.js";
import { MeteredNetwork } from "./metered-network.js";
import { type PlaceholderSources, type Producer, parseText, type RequestPlace } from "./placeholder.js";
import { type EncodedRequest, type RequestSource, rawCodecs } from "./requests.js";

/** How the calls of a run are made. */
export interface CallerOptions {
  readonly target: string;
  readonly method: DescMethod;
  readonly requests: RequestSource;
  readonly sources: PlaceholderSources;
  readonly connections: number;
  readonly worker: number;
  /** Requests of a stream. */
  readonly messagesPerStream: number;
  /** Values may have placeholders. */
  readonly metadata: readonly (readonly [name: string, value: string])[];
  readonly tls: boolean | TlsClientOptions;
  readonly authority?: string | undefined;
  readonly userAgent?: string | undefined;
  readonly timeoutMs?: number | undefined;
  readonly compression?: string | undefined;
  readonly receiveMessageBytesMax?: number | undefined;
  /** Decode responses, and count those that cannot be as errors. */
  readonly checkResponses: boolean;
}

type CallFunction = (request: unknown, options: CallOptions | undefined) => Promise<object> & AsyncIterable<object>;

/** Calls one method over several connections, slot by slot. */
export class MethodCaller implements Caller {
  readonly network: MeteredNetwork = new MeteredNetwork();
  readonly #options: CallerOptions;
  readonly #channels: readonly Channel[];
  readonly #functions: readonly CallFunction[];
  readonly #metadata: MetadataMaker;
  readonly #place: RequestPlace;
  readonly #start: (slot: CallSlot, call: CallFunction, options: CallOptions | undefined) => void;

  /** @throws {Error} for options that a channel does not take */
  constructor(options: CallerOptions) {
    const { method, worker } = options;
    this.#options = options;
    this.#channels = Array.from({ length: options.connections }, () => this.#makeChannel());
    this.#functions = this.#channels.map((channel) => {
      const client = channel.client(method.parent) as unknown as Record<string, CallFunction>;
      return client[method.localName] as CallFunction;
    });
    this.#metadata = new MetadataMaker(options.metadata, options.sources);
    this.#place = { counter: 0, message: 0, worker, connection: 0 };
    this.#start = this.#starter(method.methodKind);
  }

  #makeChannel(): Channel {
    const {
      target,
      tls,
      authority,
      userAgent = "peregrine-bench",
      timeoutMs,
      compression,
      receiveMessageBytesMax,
      checkResponses,
    } = this.#options;
    return new Channel(target, {
      tls,
      authority,
      timeoutMs,
      compression,
      receiveMessageBytesMax,
      codecs: rawCodecs(checkResponses),
      network: this.network,
      userAgent,
    });
  }

  #starter(kind: DescMethod["methodKind"]): (slot: CallSlot, call: CallFunction, options?: CallOptions) => void {
    const streamsRequest = kind === "client_streaming" || kind === "bidi_streaming";
    const request = streamsRequest
      ? (slot: CallSlot): unknown => this.#stream(slot)
      : (slot: CallSlot): unknown => this.#one(slot);
    if (kind === "server_streaming" || kind === "bidi_streaming") {
      return (slot, call, options) => void readAll(slot, call(request(slot), options));
    }
    return (slot, call, options) => {
      call(request(slot), options).then(
        () => {
          slot.received++;
          slot.end(Status.OK, "");
        },
        (error: unknown) => endWith(slot, error),
      );
    };
  }

  /**
   * Connects all of them, so that the first calls are not slower than the others.
   *
   * @throws {RpcError} when one cannot be
   */
  async connect(timeoutMs: number): Promise<void> {
    await Promise.all(this.#channels.map((channel) => channel.connect({ timeoutMs })));
  }

  start(slot: CallSlot): void {
    const connection = slot.index % this.#functions.length;
    this.#place.connection = connection;
    this.#place.counter = slot.number;
    try {
      this.#start(slot, this.#functions[connection] as CallFunction, this.#metadata.options(this.#place));
    } catch (error) {
      endWith(slot, error);
    }
  }

  #one(slot: CallSlot): EncodedRequest {
    this.#place.message = 0;
    const request = this.#options.requests.make(slot.number, this.#place);
    slot.sent++;
    return request;
  }

  #stream(slot: CallSlot): Iterable<EncodedRequest> {
    return new RequestStream(slot, this.#options, slot.index % this.#functions.length);
  }

  /** Cuts the calls that are in flight. */
  cut(): void {
    for (const channel of this.#channels) void channel.close({ graceMs: 0 });
  }

  async close(): Promise<void> {
    await Promise.all(this.#channels.map((channel) => channel.close({ graceMs: 0 })));
  }
}

/** The requests of one stream: plainly iterable, which costs less than a generator. */
class RequestStream implements IterableIterator<EncodedRequest> {
  readonly #slot: CallSlot;
  readonly #options: CallerOptions;
  readonly #place: RequestPlace;

  constructor(slot: CallSlot, options: CallerOptions, connection: number) {
    this.#slot = slot;
    this.#options = options;
    this.#place = { counter: slot.number, message: 0, worker: options.worker, connection };
  }

  next(): IteratorResult<EncodedRequest> {
    const { messagesPerStream, requests } = this.#options;
    const { message } = this.#place;
    if (message >= messagesPerStream) return { done: true, value: undefined };
    const value = requests.make(this.#place.counter * messagesPerStream + message, this.#place);
    this.#place.message++;
    this.#slot.sent++;
    return { done: false, value };
  }

  [Symbol.iterator](): this {
    return this;
  }
}

async function readAll(slot: CallSlot, responses: AsyncIterable<object>): Promise<void> {
  try {
    for await (const _ of responses) slot.received++;
  } catch (error) {
    endWith(slot, error);
    return;
  }
  slot.end(Status.OK, "");
}

function endWith(slot: CallSlot, error: unknown): void {
  if (error instanceof RpcError) slot.end(error.code, error.message);
  else slot.end(Status.UNKNOWN, error instanceof Error ? error.message : String(error));
}

/** The options of calls: the same for all of them, unless metadata has placeholders. */
class MetadataMaker {
  readonly #constant: CallOptions | undefined;
  readonly #producers: readonly (readonly [string, Producer])[] | undefined;

  constructor(entries: CallerOptions["metadata"], sources: PlaceholderSources) {
    const producers = entries.map(([name, value]) => [name, parseText(value, sources)] as const);
    if (entries.some(([, value]) => value.includes("{{"))) this.#producers = producers;
    const place: RequestPlace = { counter: 0, message: 0, worker: 0, connection: 0 };
    // Also checks names and values before the first call.
    const constant = { metadata: metadataOf(producers, place) };
    if (entries.length > 0 && this.#producers === undefined) this.#constant = constant;
  }

  options(place: RequestPlace): CallOptions | undefined {
    return this.#producers === undefined ? this.#constant : { metadata: metadataOf(this.#producers, place) };
  }
}

function metadataOf(producers: readonly (readonly [string, Producer])[], place: RequestPlace): Metadata {
  const metadata = new Metadata();
  for (const [name, produce] of producers) {
    const value = String(produce(place));
    metadata.append(name, name.toLowerCase().endsWith("-bin") ? Buffer.from(value, "base64") : value);
  }
  return metadata;
}
