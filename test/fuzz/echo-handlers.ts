import { RpcError, type ServerContext, type ServiceImpl, type Status } from "../../src/index.js";
import type { Echo, EchoRequest } from "../gen/echo_pb.js";

/** What a request may ask for at most: its numbers may be anything. */
const responsesMax = 40;
const responseBytesMax = 100_000;

/** The Echo service for requests that may be nonsense, and how many handlers run. */
export class EchoHandlers {
  running: number = 0;
  started: number = 0;

  /** The handlers; see `test/protos/echo.proto`. One that is asked to sleep waits until its call is over. */
  get service(): ServiceImpl<typeof Echo> {
    return {
      unary: (request, call) => this.#run(() => this.#unary(request, call)),
      serverStream: (request, call) => this.#responses(request, call),
      clientStream: (requests, call) => this.#run(() => this.#sum(requests, call)),
      bidi: (requests, call) => this.#bidi(requests, call),
    };
  }

  async #run<T>(work: () => Promise<T>): Promise<T> {
    this.running++;
    this.started++;
    try {
      return await work();
    } finally {
      this.running--;
    }
  }

  async #unary(request: EchoRequest, call: ServerContext): Promise<{ payload: Uint8Array; text: string }> {
    await prepare(request, call);
    finish(request);
    return { payload: payloadOf(request), text: request.text };
  }

  async *#responses(request: EchoRequest, call: ServerContext): AsyncGenerator<{ payload: Uint8Array; index: number }> {
    this.running++;
    this.started++;
    try {
      await prepare(request, call);
      const count = Math.min(request.count, responsesMax);
      for (let index = 0; index < count; index++) yield { payload: payloadOf(request), index };
      finish(request);
    } finally {
      this.running--;
    }
  }

  async #sum(
    requests: AsyncIterable<EchoRequest>,
    call: ServerContext,
  ): Promise<{ count: number; payloadBytes: bigint }> {
    let count = 0;
    let bytes = 0;
    for await (const request of requests) {
      await prepare(request, call);
      finish(request);
      count++;
      bytes += request.payload.length;
    }
    return { count, payloadBytes: BigInt(bytes) };
  }

  async *#bidi(
    requests: AsyncIterable<EchoRequest>,
    call: ServerContext,
  ): AsyncGenerator<{ payload: Uint8Array; index: number }> {
    this.running++;
    this.started++;
    try {
      let index = 0;
      for await (const request of requests) {
        await prepare(request, call);
        const count = Math.min(Math.max(1, request.count), responsesMax);
        for (let i = 0; i < count; i++) yield { payload: payloadOf(request), index: index++ };
        finish(request);
      }
    } finally {
      this.running--;
    }
  }
}

async function prepare(request: EchoRequest, call: ServerContext): Promise<void> {
  if (request.text === "compress") call.compress = true;
  for (const name of request.echoHeaders) {
    if (!/^x-[a-z]{1,20}$/.test(name)) continue;
    const value = call.metadata.get(name);
    if (typeof value === "string" && /^[!-~]*$/.test(value)) call.responseTrailers.set(name, value);
  }
  if (request.sleepMs === 0) return;
  const { signal } = call;
  if (signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}

function finish(request: EchoRequest): void {
  if (request.failCode === 0) return;
  const code = request.failCode >= 1 && request.failCode <= 16 ? request.failCode : 2;
  throw new RpcError(code as Status, request.failMessage.slice(0, 200));
}

function payloadOf(request: EchoRequest): Uint8Array {
  const { responseBytes, payload } = request;
  if (!(responseBytes > 0)) return payload;
  return new Uint8Array(Math.min(responseBytes, responseBytesMax)).fill(0x61);
}
