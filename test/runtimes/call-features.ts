import assert from "node:assert/strict";
import * as zlib from "node:zlib";
import { Channel, detail, type Interceptor, Metadata, RpcError, Server, Status } from "peregrine";
import { BadRequestSchema } from "peregrine/rpc";
import { Echo } from "../gen/echo_pb.js";
import { echoCases } from "../peers/echo-cases.js";
import { type EchoSetup, type Feature, fails, Skipped, withEcho } from "./environment.js";

/** A feature that a case of the Echo service shows. */
function echoFeature(name: string, caseName: string): Feature {
  const run = echoCases[caseName]!;
  return { name, run: () => withEcho(({ echo }) => run(echo)) };
}

/** Requests that are sent one by one, each when the answer to the one before is there. */
async function pingPong(): Promise<void> {
  await withEcho(async ({ echo }) => {
    let answered = (): void => undefined;
    async function* requests(): AsyncGenerator<{ text: string }> {
      for (let i = 0; i < 20; i++) {
        const answer = new Promise<void>((resolve) => {
          answered = resolve;
        });
        yield { text: `${i}` };
        await answer;
      }
    }
    const texts: string[] = [];
    for await (const { text } of echo.bidi(requests())) {
      texts.push(text);
      answered();
    }
    assert.deepEqual(
      texts,
      Array.from({ length: 20 }, (_, i) => `${i}`),
    );
  });
}

/** The handler must hear that nobody waits any more; what it does then is its own thing. */
async function handlerHears(start: (channel: Channel) => Promise<void>): Promise<void> {
  let heard = (): void => undefined;
  const aborted = new Promise<void>((resolve) => {
    heard = resolve;
  });
  const add: NonNullable<EchoSetup["add"]> = (server) => {
    server.add(
      Echo,
      {
        unary: async (_request, call) => {
          const { signal } = call;
          if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve));
          heard();
          return {};
        },
      },
      { allowMissing: true },
    );
  };
  await withEcho(
    async ({ channel }) => {
      await start(channel);
      await aborted;
    },
    { add },
  );
}

const deadline = (): Promise<void> =>
  handlerHears((channel) => fails(channel.client(Echo).unary({}, { timeoutMs: 200 }), Status.DEADLINE_EXCEEDED));

const cancellation = (): Promise<void> =>
  handlerHears(async (channel) => {
    const controller = new AbortController();
    const call = channel.client(Echo).unary({}, { signal: controller.signal });
    // The server must have the call before it can hear of its end.
    const [result] = await Promise.allSettled([call, afterRoundTrip(channel).then(() => controller.abort())]);
    assert.ok(result.status === "rejected" && result.reason instanceof RpcError);
    assert.equal(result.reason.code, Status.CANCELLED);
  });

/** Streams of a connection are opened in order: what answers a later one has seen the earlier ones. */
async function afterRoundTrip(channel: Channel): Promise<void> {
  await fails(channel.client(Echo).clientStream([]), Status.UNIMPLEMENTED);
}

async function leftLoop(): Promise<void> {
  await withEcho(async ({ echo }) => {
    let count = 0;
    for await (const { index } of echo.serverStream({ count: 1_000_000 })) {
      count++;
      if (index === 9) break;
    }
    assert.equal(count, 10);
    assert.equal((await echo.unary({ text: "after" })).text, "after");
  });
}

async function details(): Promise<void> {
  const value = { fieldViolations: [{ field: "name", description: "empty" }] };
  const refuse = (): never => {
    const metadata = { "x-why": "name" };
    throw new RpcError(Status.INVALID_ARGUMENT, "ungültig ☹", { details: [detail(BadRequestSchema, value)], metadata });
  };
  await withEcho(
    async ({ echo }) => {
      const error = await echo.unary({}).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      assert.ok(error instanceof RpcError);
      assert.deepEqual([error.code, error.message], [Status.INVALID_ARGUMENT, "ungültig ☹"]);
      assert.equal(error.findDetails(BadRequestSchema)[0]?.fieldViolations[0]?.description, "empty");
      assert.equal(error.metadata.get("x-why"), "name");
    },
    { add: (server) => void server.add(Echo, { unary: refuse }, { allowMissing: true }) },
  );
}

async function interceptors(): Promise<void> {
  const seen: string[] = [];
  const note: Interceptor = (next) => async (request) => {
    seen.push(`${request.side} ${request.metadata.get("x-token") ?? "-"}`);
    return next(request);
  };
  await withEcho(
    async ({ echo }) => {
      await echo.unary({}, { metadata: new Metadata({ "x-token": "t" }) });
    },
    { server: { interceptors: [note] }, channel: { interceptors: [note] } },
  );
  assert.deepEqual(seen, ["client t", "server t"]);
}

/** The server says how the request came, and answers in the same way. */
async function compressed(encoding: string): Promise<void> {
  const payload = new Uint8Array(100_000).fill(7);
  const add: NonNullable<EchoSetup["add"]> = (server) => {
    server.add(
      Echo,
      {
        unary: (request, call) => {
          call.compress = true;
          return { payload: request.payload, text: String(call.requestCompressed) };
        },
      },
      { allowMissing: true },
    );
  };
  await withEcho(
    async ({ echo }) => {
      const response = await echo.unary({ payload }, { compress: encoding });
      assert.equal(response.text, "true");
      assert.deepEqual(response.payload, payload);
    },
    { add, server: { compression: { encodings: [encoding] } } },
  );
}

/** Then it must not be used: what a peer sends would be lost without a word. */
function takesCut(compress: (bytes: Uint8Array) => Uint8Array, decompress: (bytes: Uint8Array) => unknown): boolean {
  const whole = compress(new Uint8Array(8));
  try {
    decompress(whole.subarray(0, whole.length - 1));
    return true;
  } catch {
    return false;
  }
}

async function zstd(): Promise<void> {
  const [compress, decompress] = ["zstdCompressSync", "zstdDecompressSync"].map((name) => Reflect.get(zlib, name));
  if (typeof compress !== "function") throw new Skipped("node:zlib has no zstd here");
  if (takesCut(compress, decompress))
    throw new Skipped("zstd of node:zlib takes a message that was cut for a whole one");
  await compressed("zstd");
}

async function limits(): Promise<void> {
  await withEcho(({ echo }) => fails(echo.unary({ payload: new Uint8Array(2_000) }), Status.RESOURCE_EXHAUSTED), {
    server: { receiveMessageBytesMax: 1_000 },
  });
}

/** A hundred calls of all shapes at once on one connection. */
async function sideBySide(): Promise<void> {
  await withEcho(async ({ echo }) => {
    const calls = Array.from({ length: 25 }, () => [
      echoCases["unary"]!(echo),
      echoCases["server_stream"]!(echo),
      echoCases["client_stream"]!(echo),
      echoCases["bidi"]!(echo),
    ]).flat();
    await Promise.all(calls);
  });
}

async function parentCall(): Promise<void> {
  await using back = new Server();
  back.add(
    Echo,
    { unary: (_request, call) => ({ index: Math.round(call.timeRemainingMs() ?? -1) }) },
    { allowMissing: true },
  );
  await using inner = new Channel(await back.listen("127.0.0.1:0"));
  const add: NonNullable<EchoSetup["add"]> = (server) => {
    server.add(
      Echo,
      { unary: (request, call) => inner.client(Echo).unary(request, { parent: call }) },
      { allowMissing: true },
    );
  };
  await withEcho(
    async ({ echo }) => {
      const { index } = await echo.unary({}, { timeoutMs: 50_000 });
      assert.ok(index > 0 && index <= 50_000, `${index} ms were left`);
    },
    { add },
  );
}

/** What a call can do and how it can end. */
export const callFeatures: readonly Feature[] = [
  echoFeature("unary call", "unary"),
  echoFeature("server streaming", "server_stream"),
  echoFeature("client streaming", "client_stream"),
  echoFeature("bidirectional streaming", "bidi"),
  { name: "bidirectional, answer by answer", run: pingPong },
  { name: "a hundred calls side by side", run: sideBySide },
  echoFeature("metadata, text and binary", "metadata"),
  echoFeature("status with text", "status"),
  { name: "status with details and trailers", run: details },
  { name: "deadline, heard by the handler", run: deadline },
  { name: "cancellation, heard by the handler", run: cancellation },
  { name: "leaving a loop ends the stream", run: leftLoop },
  { name: "deadline inherited by `parent`", run: parentCall },
  { name: "interceptors on both sides", run: interceptors },
  { name: "gzip", run: () => compressed("gzip") },
  { name: "deflate", run: () => compressed("deflate") },
  { name: "zstd", run: zstd },
  echoFeature("messages of 3 MB", "large"),
  { name: "limit for messages", run: limits },
];
