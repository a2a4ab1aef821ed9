import assert from "node:assert/strict";
import { test } from "node:test";
import { Channel, type Interceptor, type Pushable, pushable, RpcError, Server, Status } from "peregrine";
import { Echo } from "../gen/echo_pb.js";
import { expectFailure } from "./expect.testing.js";

type Impl = Parameters<typeof Server.prototype.add<typeof Echo>>[1];

async function serverWith(impl: Partial<Impl>): Promise<{ server: Server; address: string }> {
  const server = new Server();
  server.add(Echo, { unary: () => ({}), serverStream: () => [], clientStream: () => ({}), bidi: () => [], ...impl });
  return { server, address: `${await server.listen("127.0.0.1:0")}` };
}

const pass: Interceptor = (next) => async (request) => next(request);

for (const interceptors of [[], [pass]]) {
  const what = interceptors.length === 0 ? "" : ", with an interceptor";

  test(`requests are pushed while responses are read${what}`, async () => {
    const { server, address } = await serverWith({
      async *bidi(requests) {
        for await (const { text } of requests) yield { text: text.toUpperCase() };
      },
    });
    await using channel = new Channel(address, { interceptors });
    const out = pushable<{ text: string }>();
    const responses = channel.client(Echo).bidi(out);
    for (const text of ["a", "b", "c"]) {
      await out.push({ text });
      assert.equal((await responses.next()).value?.text, text.toUpperCase());
    }
    out.end();
    assert.equal((await responses.next()).done, true);
    assert.equal(out.sentCount, 3);
    await server.close();
  });

  test(`a server that does not read holds up the pushes, and loses none${what}`, async () => {
    let go: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    const { server, address } = await serverWith({
      async clientStream(requests) {
        await gate;
        let count = 0;
        for await (const _ of requests) count++;
        return { count };
      },
    });
    await using channel = new Channel(address, { interceptors });
    const out = pushable<{ text: string }>();
    const reply = channel.client(Echo).clientStream(out);
    const text = "x".repeat(100_000);
    let pushed = 0;
    // As much as is let in while the server reads nothing: windows and buffers, a part of what is to be sent.
    const all = (async () => {
      for (; pushed < 400; pushed++) await out.push({ text });
      out.end();
    })();
    let before = -1;
    while (before !== pushed) {
      before = pushed;
      for (let i = 0; i < 20; i++) await new Promise(setImmediate);
    }
    const letIn = pushed;
    go();
    await all;
    assert.ok(letIn < 400, `${letIn} messages were let in`);
    assert.equal(Number((await reply).count), 400);
    assert.equal(out.sentCount, 400);
    await server.close();
  });

  test(`the server's status reaches the pushes${what}`, async () => {
    const { server, address } = await serverWith({
      async clientStream(requests) {
        for await (const _ of requests) throw new RpcError(Status.RESOURCE_EXHAUSTED, "one is too many");
        return {};
      },
    });
    await using channel = new Channel(address, { interceptors });
    const out = pushable<{ text: string }>({ maxBufferedMessages: 1 });
    const reply = channel.client(Echo).clientStream(out);
    reply.catch(() => undefined);
    const pushing = (async () => {
      for (;;) await out.push({ text: "x" });
    })();
    await expectFailure(pushing, Status.RESOURCE_EXHAUSTED, /^one is too many/);
    await expectFailure(reply, Status.RESOURCE_EXHAUSTED);
    await server.close();
  });
}

test("a handler may answer with a pushable", async () => {
  const streams: Pushable<{ text: string }>[] = [];
  const { server, address } = await serverWith({
    serverStream() {
      const out = pushable<{ text: string }>();
      streams.push(out);
      return out;
    },
  });
  await using channel = new Channel(address);
  const echo = channel.client(Echo);
  const good = echo.serverStream({});
  const first = good.next();
  while (streams.length < 1) await new Promise(setImmediate);
  await streams[0]?.push({ text: "a" });
  assert.equal((await first).value?.text, "a");
  void streams[0]?.push({ text: "b" });
  streams[0]?.end();
  assert.equal((await good.next()).value?.text, "b");
  assert.equal((await good.next()).done, true);

  const bad = echo.serverStream({});
  const failing = bad.next();
  while (streams.length < 2) await new Promise(setImmediate);
  streams[1]?.fail(new RpcError(Status.DATA_LOSS, "torn"));
  await expectFailure(failing, Status.DATA_LOSS, /^torn/);

  const left = echo.serverStream({});
  void left.next();
  while (streams.length < 3) await new Promise(setImmediate);
  await left.return?.();
  while (!streams[2]?.closed) await new Promise(setImmediate);
  await assert.rejects(streams[2].push({ text: "c" }), { name: "RpcError" });
  await server.close();
});
