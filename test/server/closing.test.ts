import assert from "node:assert/strict";
import { test } from "node:test";
import { Channel, RpcError, Server, Status } from "peregrine";
import { SimulatedClock } from "peregrine/testing";
import { Echo } from "../gen/echo_pb.js";
import { startOurEcho } from "../peers/our-server.js";

// Rules of docs/specification.md: wire:shutting-down.

/** A server whose calls tell when they have begun, and end when they are let. */
async function gated(): Promise<{ server: Server; address: string; begun: Promise<void>; open(): void }> {
  let begin = (): void => undefined;
  let open = (): void => undefined;
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const server = new Server();
  server.add(
    Echo,
    {
      unary: async () => {
        begin();
        await gate;
        return { text: "done" };
      },
    },
    { allowMissing: true },
  );
  return { server, address: `${await server.listen("127.0.0.1:0")}`, begun, open };
}

test("close lets calls that run end, and answers when all are over", async () => {
  const { server, address, begun, open } = await gated();
  await using channel = new Channel(address);
  const call = channel.client(Echo).unary({});
  await begun;
  const closing = server.close({ graceMs: 60_000 });
  await using second = new Channel(address);
  const late = second.client(Echo).unary({}, { timeoutMs: 5_000 });
  await assert.rejects(late, (error) => error instanceof RpcError && error.code === Status.UNAVAILABLE);
  open();
  assert.equal((await call).text, "done");
  await closing;
});

test("close cuts calls after the grace", async () => {
  const { server, address, begun } = await gated();
  await using channel = new Channel(address);
  const call = channel.client(Echo).unary({});
  await begun;
  await Promise.all([
    assert.rejects(call, (error) => error instanceof RpcError && error.code === Status.UNAVAILABLE),
    server.close({ graceMs: 20 }),
  ]);
});

test("a second close with less grace counts, and gives the same end", async () => {
  const { server, address, begun } = await gated();
  await using channel = new Channel(address);
  const call = channel.client(Echo).unary({});
  await begun;
  const first = server.close({ graceMs: Number.POSITIVE_INFINITY });
  const second = server.close({ graceMs: 0 });
  await assert.rejects(call, RpcError);
  await Promise.all([first, second]);
});

test("idle clients and clients that said nothing do not hold a close up", async () => {
  const { server, address } = await startOurEcho();
  const channel = new Channel(address);
  await channel.client(Echo).unary({});
  await server.close({ graceMs: 60_000 });
  await channel.close();
});

test("connections that are past their age are replaced without losing a call", async () => {
  const clock = new SimulatedClock();
  const peers = new Set<string>();
  const server = new Server({ clock, connection: { ageMsMax: 1_000, ageGraceMs: 10_000 } });
  server.add(
    Echo,
    {
      unary: (request, call) => {
        peers.add(call.peer.address);
        return { text: request.text };
      },
    },
    { allowMissing: true },
  );
  await using channel = new Channel(await server.listen("127.0.0.1:0"));
  const echo = channel.client(Echo);
  for (let round = 0; round < 3; round++) {
    const calls = Array.from({ length: 50 }, (_, i) => echo.unary({ text: `${i}` }));
    clock.advance(1_101);
    const texts = (await Promise.all(calls)).map(({ text }) => text);
    assert.deepEqual(
      texts,
      Array.from({ length: 50 }, (_, i) => `${i}`),
    );
  }
  assert.ok(peers.size >= 2, `${peers.size} connections`);
  await channel.close();
  await server.close({ graceMs: 0 });
});

test("await using closes a server", async () => {
  let address = "";
  {
    await using server = new Server();
    address = `${await server.listen("127.0.0.1:0")}`;
  }
  await using channel = new Channel(address);
  const call = channel.client(Echo).unary({}, { timeoutMs: 5_000 });
  await assert.rejects(call, /refused/);
});
