import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import {
  Channel,
  type Client,
  type Clock,
  type Interceptor,
  RpcError,
  Server,
  type ServerContext,
  Status,
  type Timer,
} from "peregrine";
import { Echo } from "../gen/echo_pb.js";
import { startGrpcJsEcho } from "../peers/grpc-js-echo.js";
import { startOurEcho } from "../peers/our-server.js";
import { expectFailure } from "./expect.testing.js";

let ours: Awaited<ReturnType<typeof startOurEcho>>;

before(async () => {
  ours = await startOurEcho();
});

after(() => ours.server.close({ graceMs: 0 }));

type EchoClient = Client<typeof Echo>;
type EchoImpl = Parameters<typeof Server.prototype.add<typeof Echo>>[1];

/** A server whose unary handler is the test's. */
async function serverWith(impl: Partial<EchoImpl>, options: ConstructorParameters<typeof Server>[0] = {}) {
  const server = new Server(options);
  server.add(Echo, { unary: () => ({}), serverStream: () => [], clientStream: () => ({}), bidi: () => [], ...impl });
  return { server, address: await server.listen("127.0.0.1:0") };
}

test("more calls than the server takes at once wait their turn", async () => {
  let running = 0;
  let most = 0;
  const { server, address } = await serverWith(
    {
      unary: async (request) => {
        most = Math.max(most, ++running);
        await new Promise(setImmediate);
        running--;
        return { text: request.text };
      },
    },
    { limits: { concurrentStreamsMax: 3 } },
  );
  await using channel = new Channel(address);
  const echo = channel.client(Echo);
  const calls = Array.from({ length: 50 }, (_, i) => echo.unary({ text: `${i}` }));
  assert.deepEqual(
    (await Promise.all(calls)).map(({ text }) => text),
    Array.from({ length: 50 }, (_, i) => `${i}`),
  );
  assert.equal(most, 3);
  await server.close({ graceMs: 0 });
});

test("a call inside of a handler inherits deadline and cancellation", async () => {
  const inner: { ended?: Promise<unknown> } = {};
  await using innerChannel = new Channel(ours.address);
  const innerEcho = innerChannel.client(Echo);
  let remainingMs = 0;
  const { server, address } = await serverWith({
    unary: async (_request, call: ServerContext) => {
      remainingMs = call.timeRemainingMs();
      const nested = innerEcho.unary({ sleepMs: 60_000 }, { parent: call, timeoutMs: 600_000 });
      inner.ended = expectFailure(nested, Status.CANCELLED);
      return nested;
    },
  });
  await using channel = new Channel(address);
  const controller = new AbortController();
  const outer = channel.client(Echo).unary({}, { timeoutMs: 60_000, signal: controller.signal });
  while (inner.ended === undefined) await new Promise(setImmediate);
  assert.ok(remainingMs > 0 && remainingMs <= 60_000);
  controller.abort();
  await expectFailure(outer, Status.CANCELLED);
  await inner.ended;
  await server.close({ graceMs: 0 });
});

test("leaving a loop cancels the call at the server", async () => {
  let left = (): void => undefined;
  const cancelled = new Promise<void>((resolve) => {
    left = resolve;
  });
  const { server, address } = await serverWith({
    serverStream: async function* (_request, call: ServerContext) {
      call.signal.addEventListener("abort", left);
      for (let index = 0; ; index++) yield { index };
    },
  });
  await using channel = new Channel(address);
  for await (const { index } of channel.client(Echo).serverStream({})) if (index === 10) break;
  await cancelled;
  await server.close({ graceMs: 0 });
});

test("a reader that stops stops the server, and others go on", async () => {
  let sent = 0;
  const { server, address } = await serverWith({
    unary: () => ({ text: "still here" }),
    serverStream: async function* () {
      for (; sent < 1_000; sent++) yield { payload: new Uint8Array(65_536) };
    },
  });
  await using channel = new Channel(address);
  const echo = channel.client(Echo);
  const slow = echo.serverStream({});
  await slow.next();
  for (let i = 0; i < 20; i++) assert.equal((await echo.unary({})).text, "still here");
  assert.ok(sent < 200, `${sent} messages of 64 KiB were sent to nobody`);
  let received = 1;
  for await (const _ of slow) received++;
  assert.equal(received, 1_000);
  await server.close({ graceMs: 0 });
});

test("messages over the limits name both sizes", async () => {
  await using channel = new Channel(ours.address, { receiveMessageBytesMax: 1_000, sendMessageBytesMax: 2_000 });
  const echo = channel.client(Echo);
  await expectFailure(echo.unary({ responseBytes: 5_000 }), Status.RESOURCE_EXHAUSTED, /500\d.*1000/);
  await expectFailure(echo.unary({ payload: new Uint8Array(2_000) }), Status.RESOURCE_EXHAUSTED, /2003.*2000/);
  const own = await echo.unary({ responseBytes: 5_000 }, { receiveMessageBytesMax: 10_000 });
  assert.equal(own.payload.length, 5_000);
  await expectFailure(
    echo.serverStream({ count: 1, responseBytes: 5_000 }).next(),
    Status.RESOURCE_EXHAUSTED,
    /500\d.*1000/,
  );
});

test("messages of 4 MiB both ways, all shapes", async () => {
  await using channel = new Channel(ours.address, { receiveMessageBytesMax: 5_000_000 });
  const echo = channel.client(Echo);
  const payload = new Uint8Array(4_000_000).fill(7);
  assert.equal((await echo.unary({ payload })).payload.length, payload.length);
  assert.equal((await echo.clientStream([{ payload }, { payload }])).payloadBytes, 8_000_000n);
  for await (const response of echo.bidi([{ payload }, { payload }])) assert.equal(response.payload.at(-1), 7);
});

test("an iterable that throws cancels the call at the server", async () => {
  let cancelled: unknown;
  let ended = (): void => undefined;
  const hasEnded = new Promise<void>((resolve) => {
    ended = resolve;
  });
  const { server, address } = await serverWith({
    clientStream: async (requests) => {
      try {
        for await (const _ of requests);
      } catch (error) {
        cancelled = error;
      }
      ended();
      return {};
    },
  });
  await using channel = new Channel(address);
  const thrown = new Error("disk full");
  const call = channel.client(Echo).clientStream(
    (async function* () {
      yield { text: "a" };
      throw thrown;
    })(),
  );
  const error = await expectFailure(call, Status.CANCELLED, /disk full/);
  assert.equal(error.cause, thrown);
  await hasEnded;
  assert.ok(cancelled instanceof RpcError && cancelled.code === Status.CANCELLED);
  await server.close({ graceMs: 0 });
});

test("a server that is killed fails calls in flight, and the next call finds it gone", async () => {
  const peer = await startGrpcJsEcho();
  await using channel = new Channel(`127.0.0.1:${peer.port}`);
  const echo = channel.client(Echo);
  const hanging = echo.unary({ sleepMs: 60_000 });
  await echo.unary({});
  peer.close();
  await expectFailure(hanging, Status.UNAVAILABLE, /127\.0\.0\.1|CANCEL|closed|shut/);
  await expectFailure(echo.unary({}), Status.UNAVAILABLE, /refused/);
});

test("a dead peer is found by keepalive", async () => {
  // A server that sends its SETTINGS and from then on nothing.
  const server = createServer((socket) => {
    socket.on("error", () => undefined).resume();
    socket.write(Uint8Array.of(0, 0, 0, 4, 0, 0, 0, 0, 0));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const clock = new FastClock();
  await using channel = new Channel(`127.0.0.1:${port}`, {
    keepalive: { intervalMs: 10_000, timeoutMs: 2_000 },
    clock,
  });
  await expectFailure(channel.client(Echo).unary({}), Status.UNAVAILABLE, /keepalive watchdog timeout/);
  server.close();
});

/** Time that runs a hundred times as fast: ten seconds are the least that keepalive allows. */
class FastClock implements Clock {
  nowMs(): number {
    return performance.now() * 100;
  }

  setTimer(delayMs: number, callback: () => void): Timer {
    const timer = setTimeout(callback, delayMs / 100);
    return { cancel: () => clearTimeout(timer) };
  }
}

test("interceptors around real calls, all shapes", async () => {
  const seen: string[] = [];
  const log: Interceptor = (next) => async (request) => {
    request.metadata.set("x-seen", "yes");
    const response = await next(request);
    seen.push(`${request.method.name} ${response.stream} ${request.deadline instanceof Date}`);
    return response;
  };
  await using channel = new Channel(ours.address, { interceptors: [log], timeoutMs: 60_000 });
  const echo = channel.client(Echo);
  const headers: string[] = [];
  const options = {
    onHeaders: (metadata: { get(key: string): unknown }) => void headers.push(String(metadata.get("x-seen"))),
  };
  await echo.unary({ echoHeaders: ["x-seen"] }, options);
  await echo.clientStream([{}, {}]);
  let count = 0;
  for await (const _ of echo.serverStream({ count: 3 })) count++;
  for await (const _ of echo.bidi([{}, {}])) count++;
  assert.equal(count, 5);
  assert.deepEqual(headers, ["yes"]);
  assert.deepEqual(seen, ["Unary false true", "ClientStream false true", "ServerStream true true", "Bidi true true"]);
});

test("close lets calls in flight end, refuses new ones, and cuts what takes too long", async () => {
  const channel = new Channel(ours.address);
  const echo: EchoClient = channel.client(Echo);
  const short = echo.unary({ text: "short", sleepMs: 20 });
  await echo.unary({});
  const closing = channel.close();
  await expectFailure(echo.unary({}), Status.UNAVAILABLE, /the channel to .* was closed/);
  assert.equal((await short).text, "short");
  await closing;
  assert.equal(channel.getState(), "SHUTDOWN");
  await channel.close();
  const other = new Channel(ours.address);
  const long = other.client(Echo).unary({ sleepMs: 60_000 });
  await other.client(Echo).unary({});
  const cut = expectFailure(long, Status.CANCELLED, /the channel was closed/);
  await other.close({ graceMs: 0 });
  await cut;
});

test("an open channel without calls does not keep the process alive; a call that waits does", async () => {
  const code = `
    import { Channel } from "peregrine";
    import { Echo } from ${JSON.stringify(new URL("../gen/echo_pb.js", import.meta.url).href)};
    const echo = new Channel(${JSON.stringify(ours.address)}).client(Echo);
    console.log((await echo.unary({ text: "one" })).text);
    const lost = new Channel("127.0.0.1:1", { backoff: { initialMs: 20 } }).client(Echo);
    await lost.unary({}, { waitForReady: true, timeoutMs: 150 }).catch((error) => console.log(error.codeName));
  `;
  const run = promisify(execFile);
  const { stdout } = await run(process.execPath, ["--input-type=module", "-e", code], { timeout: 20_000 });
  assert.equal(stdout, "one\nDEADLINE_EXCEEDED\n");
});
