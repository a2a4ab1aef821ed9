import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { test } from "node:test";
import { FaultProxy } from "./fault-proxy.js";
import type { ConnectionFaults } from "./faults.js";

// Each fault of the proxy, between two bare sockets; the server sends back what it gets.

interface Pair {
  readonly proxy: FaultProxy;
  readonly client: Socket;
  /** All that the client gets until its connection is over. */
  all(): Promise<{ bytes: Buffer; how: "end" | "reset" }>;
}

async function through(faults: ConnectionFaults, use: (pair: Pair) => Promise<void>): Promise<void> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on("error", () => undefined);
    socket.pipe(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const proxy = await FaultProxy.start((server.address() as AddressInfo).port, 1);
  proxy.setFaults(() => faults);
  const client = connect({ port: proxy.port, host: "127.0.0.1", allowHalfOpen: true });
  const chunks: Buffer[] = [];
  client.on("data", (chunk) => chunks.push(chunk));
  const over = new Promise<"end" | "reset">((resolve) => {
    client.once("end", () => resolve("end"));
    client.once("error", () => resolve("reset"));
  });
  try {
    await use({ proxy, client, all: async () => ({ how: await over, bytes: Buffer.concat(chunks) }) });
  } finally {
    client.destroy();
    await proxy.close();
    server.close();
    await once(server, "close");
  }
}

const payload = Buffer.from(Uint8Array.from({ length: 100_000 }, (_, i) => i * 31));

test("without faults bytes and ends go through", () =>
  through({}, async ({ client, all }) => {
    client.end(payload);
    const { bytes, how } = await all();
    assert.ok(bytes.equals(payload));
    assert.equal(how, "end");
  }));

test("slices, latency, jitter and bandwidth keep the bytes and their order, and take their time", () => {
  const faults = { sliceBytesMax: 900, latencyMs: 20, jitterMs: 10, bytesPerSecond: 1_000_000 };
  return through({ up: faults }, async ({ client, all }) => {
    const startMs = performance.now();
    client.end(payload);
    assert.ok((await all()).bytes.equals(payload));
    assert.ok(performance.now() - startMs >= 110, `${performance.now() - startMs} ms`);
  });
});

test("a reset comes after exactly so many bytes", () =>
  through({ up: { resetAfterBytes: 5_000, sliceBytesMax: 64 } }, async ({ client, all }) => {
    client.write(payload);
    const { bytes, how } = await all();
    assert.equal(how, "reset");
    assert.ok(bytes.length <= 5_000, `${bytes.length} bytes came back`);
  }));

test("a half-close ends one direction after exactly so many bytes", () =>
  through({ up: { halfCloseAfterBytes: 5_000 } }, async ({ client, all }) => {
    client.write(payload);
    const { bytes, how } = await all();
    assert.equal(how, "end");
    assert.ok(bytes.equals(payload.subarray(0, 5_000)));
  }));

test("a blackhole takes all and tells nobody", () =>
  through({}, async ({ proxy, client, all }) => {
    client.write("first");
    await once(client, "data");
    proxy.setLiveFaults({ up: { blackhole: true } });
    client.end("second");
    await once(client, "finish");
    proxy.resetAll();
    const { bytes, how } = await all();
    assert.deepEqual([bytes.toString(), how], ["first", "reset"]);
  }));

test("refused connections are, and accepted again", () =>
  through({}, async ({ proxy }) => {
    proxy.refuse();
    const refused = connect(proxy.port, "127.0.0.1");
    const [error] = (await once(refused, "error")) as [NodeJS.ErrnoException];
    assert.equal(error.code, "ECONNREFUSED");
    await proxy.accept();
    const socket = connect(proxy.port, "127.0.0.1");
    await once(socket, "connect");
    socket.destroy();
    assert.ok(proxy.connections >= 1);
  }));
