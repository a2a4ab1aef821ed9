import assert from "node:assert/strict";
import { test } from "node:test";
import { type CallOptions, Channel, ConnectivityState, RpcError, Server, type ServerContext, Status } from "peregrine";
import {
  createTestCertificates,
  type InMemory,
  type InMemoryOptions,
  MemoryNetwork,
  SimulatedClock,
  startInMemory,
} from "peregrine/testing";
import { Echo } from "../gen/echo_pb.js";

/** What the server saw of the calls, in order. */
const seen: { readonly call: ServerContext; read: number; written: number }[] = [];

function start(options?: InMemoryOptions): Promise<InMemory> {
  seen.length = 0;
  const note = (call: ServerContext) => {
    const one = { call, read: 0, written: 0 };
    seen.push(one);
    return one;
  };
  const hang = (call: ServerContext): Promise<void> =>
    new Promise((resolve) => call.signal.addEventListener("abort", () => resolve()));
  return startInMemory(
    (server) =>
      server.add(Echo, {
        unary: async ({ text, payload }, call) => {
          note(call);
          call.responseHeaders.set("got", call.metadata.get("sent") ?? "nothing");
          if (text === "hang") await hang(call);
          if (text === "fail") throw new RpcError(Status.ABORTED, "no");
          return { text, payload };
        },
        async *serverStream({ count, responseBytes }, call) {
          const one = note(call);
          for (let index = 0; index < count; index++) {
            one.written++;
            yield { index, payload: new Uint8Array(responseBytes) };
          }
        },
        clientStream: async (requests, call) => {
          const one = note(call);
          for await (const { text } of requests) {
            one.read++;
            if (text === "stop") await hang(call);
          }
          return { count: one.read };
        },
        async *bidi(requests, call) {
          note(call);
          for await (const { text } of requests) yield { text };
        },
      }),
    options,
  );
}

async function codeOf(call: Promise<unknown>): Promise<Status> {
  try {
    await call;
    return Status.OK;
  } catch (error) {
    assert.ok(error instanceof RpcError, String(error));
    return error.code;
  }
}

test("carries calls of all shapes, with metadata, errors and large messages", async () => {
  await using memory = await start();
  const echo = memory.client(Echo);
  let headers = "";
  const options: CallOptions = { metadata: { sent: "this" }, onHeaders: (got) => (headers = String(got.get("got"))) };
  const payload = new Uint8Array(3_000_000).fill(7);
  assert.deepEqual((await echo.unary({ text: "a", payload }, options)).payload, payload);
  assert.equal(headers, "this");
  assert.equal(await codeOf(echo.unary({ text: "fail" })), Status.ABORTED);
  const indices: number[] = [];
  for await (const { index } of echo.serverStream({ count: 3 })) indices.push(index);
  assert.deepEqual(indices, [0, 1, 2]);
  assert.equal((await echo.clientStream([{}, {}])).count, 2);
  const texts: string[] = [];
  for await (const { text } of echo.bidi([{ text: "x" }, { text: "y" }])) texts.push(text);
  assert.deepEqual(texts, ["x", "y"]);
  assert.match(seen[0]?.call.peer.address ?? "", /^inproc:/);
  assert.equal(memory.network.connections, 1);
});

test("cancels, and tells the server", async () => {
  await using memory = await start();
  const controller = new AbortController();
  const call = memory.client(Echo).unary({ text: "hang" }, { signal: controller.signal });
  await memory.network.settled();
  controller.abort();
  assert.equal(await codeOf(call), Status.CANCELLED);
  await memory.network.settled();
  assert.ok(seen[0]?.call.signal.aborted);
});

test("stops a server whose client does not read, and a client whose server does not", async () => {
  await using memory = await start();
  const echo = memory.client(Echo);
  const responses = echo.serverStream({ count: 1_000, responseBytes: 10_000 });
  await responses.next();
  await memory.network.settled();
  const { written = 0 } = seen[0] ?? {};
  assert.ok(written > 1 && written < 500, `${written} of 1000 were made`);
  for await (const _ of responses);
  assert.equal(seen[0]?.written, 1_000);
  let made = 0;
  async function* requests() {
    for (; made < 1_000; made++) yield { text: "stop", payload: new Uint8Array(10_000) };
  }
  const call = echo.clientStream(requests(), { timeoutMs: 60_000 }).catch(() => undefined);
  await memory.network.settled();
  assert.ok(made > 1 && made < 500, `${made} of 1000 were sent`);
  await memory.close();
  await call;
});

test("drives deadlines by the simulated clock, at both ends", async () => {
  await using memory = await start({ clock: new SimulatedClock() });
  const call = memory.client(Echo).unary({ text: "hang" }, { timeoutMs: 3_600_000 });
  const code = codeOf(call);
  await memory.advance(3_599_999);
  assert.equal(seen[0]?.call.signal.aborted, false);
  assert.equal(seen[0]?.call.timeRemainingMs(), 1);
  await memory.advance(1);
  assert.equal(await code, Status.DEADLINE_EXCEEDED);
  assert.equal(seen[0]?.call.signal.aborted, true);
});

test("drives keepalive: a connection that carries nothing any more is given up", async () => {
  const clock = new SimulatedClock();
  await using memory = await start({
    clock,
    channel: { keepalive: { intervalMs: 10_000, timeoutMs: 5_000 } },
    server: { pingPolicy: { minIntervalMs: 5_000 } },
  });
  const code = codeOf(memory.client(Echo).unary({ text: "hang" }));
  await memory.network.settled();
  await memory.advance(60_000);
  assert.equal(memory.channel.getState(), ConnectivityState.READY);
  memory.network.stalled = true;
  await memory.advance(14_000);
  assert.equal(memory.channel.getState(), ConnectivityState.READY);
  await memory.advance(2_000);
  assert.equal(await code, Status.UNAVAILABLE);
  memory.network.stalled = false;
});

test("drives backoff, while connections are refused or get no answer", async () => {
  const clock = new SimulatedClock();
  const backoff = { initialMs: 1_000, jitter: 0 };
  await using memory = await start({ clock, channel: { backoff, connectTimeoutMs: 5_000 } });
  const { network, channel } = memory;
  network.refusing = true;
  assert.equal(await codeOf(memory.client(Echo).unary({})), Status.UNAVAILABLE);
  network.refusing = false;
  const waiting = memory.client(Echo).unary({ text: "later" }, { waitForReady: true });
  await memory.advance(500);
  assert.notEqual(channel.getState(), ConnectivityState.READY);
  await memory.advance(1_000);
  assert.equal((await waiting).text, "later");
  network.cut();
  await network.settled();
  assert.equal(network.connections, 0);
  network.stalled = true;
  const late = codeOf(memory.client(Echo).unary({}));
  await memory.advance(5_000);
  assert.equal(await late, Status.UNAVAILABLE);
  network.stalled = false;
});

test("a cut fails calls that run with UNAVAILABLE, and the next call connects again", async () => {
  await using memory = await start();
  const echo = memory.client(Echo);
  const call = codeOf(echo.unary({ text: "hang" }));
  await memory.network.settled();
  memory.network.cut();
  assert.equal(await call, Status.UNAVAILABLE);
  assert.equal((await echo.unary({ text: "again" }, { waitForReady: true })).text, "again");
  assert.ok(seen[0]?.call.signal.aborted);
});

test("several servers and channels share a network", async () => {
  const network = new MemoryNetwork();
  await using one = await start({ network });
  await using other = await start({ network });
  assert.notEqual(one.target, other.target);
  await using third = new Channel(`ipv4:${one.target},${other.target}`, { network });
  assert.equal((await third.client(Echo).unary({ text: "x" })).text, "x");
  await one.client(Echo).unary({});
  assert.equal(network.connections, 2);
  const server = new Server({ network });
  await assert.rejects(server.listen(one.target), /in use in this network/);
  assert.equal(`${await server.listen("unix:/nowhere/x.sock")}`, "unix:/nowhere/x.sock");
  await using unix = new Channel("unix:/nowhere/x.sock", { network });
  assert.equal(await codeOf(unix.client(Echo).unary({})), Status.UNIMPLEMENTED);
  await server.close({ graceMs: 0 });
});

test("says that there is no TLS, and no simulated clock", async () => {
  await using memory = await start();
  const { network, server } = memory;
  const certificates = createTestCertificates();
  await assert.rejects(server.listen("127.0.0.1:0", { tls: certificates.server }), /no TLS/);
  await using secure = new Channel(memory.target, { network, tls: { ca: certificates.ca } });
  await assert.rejects(secure.client(Echo).unary({}), /no TLS/);
  await assert.rejects(memory.advance(1), /needs startInMemory\(\.\.\., \{ clock/);
});

test("a server drains: calls that run end, and all is closed", async () => {
  const memory = await start();
  const echo = memory.client(Echo);
  const responses = echo.serverStream({ count: 100, responseBytes: 10_000 });
  await responses.next();
  const closed = memory.server.close();
  let count = 1;
  for await (const _ of responses) count++;
  assert.equal(count, 100);
  await closed;
  await memory.network.settled();
  assert.equal(memory.network.connections, 0);
  await memory.close();
});
