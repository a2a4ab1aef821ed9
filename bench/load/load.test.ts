import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { afterEach, test } from "node:test";
import { Server } from "peregrine";
import { Echo } from "../../test/gen/echo_pb.js";
import { decodeHead, headBytes } from "../peers/raw-tcp/protocol.js";
import { Load } from "./load.js";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function startServer(): Promise<{ port: number; started: () => number }> {
  const server = new Server();
  let started = 0;
  server.add(Echo, {
    unary: ({ payload }) => {
      started++;
      return { payload };
    },
    serverStream: async function* () {},
    clientStream: async () => ({}),
    bidi: async function* (requests) {
      started++;
      for await (const { payload } of requests) yield { payload };
    },
  });
  const { port } = await server.listen("127.0.0.1:0");
  closing.push(() => server.close({ graceMs: 0 }));
  return { port, started: () => started };
}

function connectOrder(port: number, connections: number, windowBytes: number = 65_535) {
  return { do: "connect", port, connections, windowBytes, bare: false } as const;
}

test("calls are answered, on each of the connections", async () => {
  const { port, started } = await startServer();
  const load = new Load();
  closing.push(async () => load.close());
  assert.deepEqual(await load.carryOut(connectOrder(port, 3)), { connections: 3 });
  const done = await load.carryOut({ do: "call", inFlight: 6, durationMs: 20, payloadBytes: 9 });
  const { calls } = done as { calls: number };
  assert.ok(calls >= 6);
  assert.equal(started(), calls);
});

test("messages to the bare server come back, more than one at a time on a connection", async () => {
  const echo = createServer((socket) => {
    let left = 0;
    socket.on("data", (chunk: Buffer) => {
      for (let rest = chunk; rest.length > 0; ) {
        if (left === 0) {
          left = decodeHead(rest).bytes;
          rest = rest.subarray(headBytes);
        }
        const part = rest.subarray(0, left);
        left -= part.length;
        rest = rest.subarray(part.length);
        socket.write(part);
      }
    });
  });
  echo.listen(0, "127.0.0.1");
  await once(echo, "listening");
  const load = new Load();
  closing.push(async () => {
    load.close();
    echo.close();
    await once(echo, "close");
  });
  const { port } = echo.address() as AddressInfo;
  const order = { do: "connect", port, connections: 2, windowBytes: 0, bare: true } as const;
  assert.deepEqual(await load.carryOut(order), { connections: 2 });
  const done = await load.carryOut({ do: "call", inFlight: 6, durationMs: 20, payloadBytes: 9 });
  assert.ok((done as { calls: number }).calls >= 6);
});

test("calls stay open, and answers without window stay with the server", async () => {
  const { port, started } = await startServer();
  const load = new Load();
  closing.push(async () => load.close());
  await load.carryOut(connectOrder(port, 2, 0));
  const open = { do: "begin", method: "Bidi", perConnection: 5, payloadBytes: 0, whole: false } as const;
  assert.deepEqual(await load.carryOut(open), { begun: 10 });
  const held = { do: "begin", method: "Unary", perConnection: 5, payloadBytes: 1_024, whole: true } as const;
  assert.deepEqual(await load.carryOut(held), { begun: 10 });
  assert.equal(started(), 20);
});

test("a call that ends where it was to stay open is an error", async () => {
  const { port } = await startServer();
  const load = new Load();
  closing.push(async () => load.close());
  await load.carryOut(connectOrder(port, 1));
  const order = { do: "begin", method: "NoSuchMethod", perConnection: 1, payloadBytes: 0, whole: false } as const;
  await assert.rejects(load.carryOut(order), /1 calls ended/);
});

test("a server that is gone is an error", async () => {
  const { port } = await startServer();
  const load = new Load();
  closing.push(async () => load.close());
  await load.carryOut(connectOrder(port, 1));
  const calling = load.carryOut({ do: "call", inFlight: 1, durationMs: 10_000, payloadBytes: 9 });
  const failed = assert.rejects(calling, /GOAWAY|closed a connection|reset/);
  await closing.shift()!();
  await failed;
});
