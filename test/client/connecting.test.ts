import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, createServer, type Server as NetServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Channel, Server, Status } from "peregrine";
import { createTestCertificates } from "peregrine/testing";
import { Echo } from "../gen/echo_pb.js";
import { addEcho } from "../peers/echo-service.js";
import { startOurEcho } from "../peers/our-server.js";
import { expectFailure } from "./expect.testing.js";

// Rules of docs/specification.md: wire:connect-bound, wire:wait-for-ready, wire:happy-eyeballs.

/** A TCP server that does with its sockets what the test says. */
async function rawServer(
  onSocket: (socket: Socket) => void,
): Promise<{ server: NetServer; port: number; close(): void }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    onSocket(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const close = (): void => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  return { server, port: (server.address() as AddressInfo).port, close };
}

/** A port that nobody listens on. */
async function closedPort(): Promise<number> {
  const { server, port } = await rawServer(() => undefined);
  server.close();
  await once(server, "close");
  return port;
}

test("a closed port fails the call at once, naming it", async () => {
  const port = await closedPort();
  await using channel = new Channel(`127.0.0.1:${port}`);
  const call = channel.client(Echo).unary({});
  await expectFailure(call, Status.UNAVAILABLE, new RegExp(`connection refused at 127\\.0\\.0\\.1:${port}`));
  assert.equal(channel.getState(), "TRANSIENT_FAILURE");
  await assert.rejects(channel.connect(), /connection refused/);
});

test("a call that waits for ready is served once the server is there", async () => {
  const port = await closedPort();
  await using channel = new Channel(`127.0.0.1:${port}`, { backoff: { initialMs: 1, multiplier: 1 } });
  const echo = channel.client(Echo);
  const patient = echo.unary({ text: "there?" }, { waitForReady: true, timeoutMs: 30_000 });
  await expectFailure(echo.unary({}), Status.UNAVAILABLE, /refused/);
  const { server } = await startOurEcho({}, {}, `127.0.0.1:${port}`);
  assert.equal((await patient).text, "there?");
  await server.close();
});

test("a call that waits for ready gives up at its deadline, and says why it waited", async () => {
  const port = await closedPort();
  await using channel = new Channel(`127.0.0.1:${port}`);
  const call = channel.client(Echo).unary({}, { waitForReady: true, timeoutMs: 100 });
  await expectFailure(call, Status.DEADLINE_EXCEEDED, /before the call was sent: .*refused/);
});

test("after a restart of the server calls go on", async () => {
  const first = await startOurEcho();
  await using channel = new Channel(first.address);
  const echo = channel.client(Echo);
  assert.equal((await echo.unary({ text: "1" })).text, "1");
  await first.server.close();
  const second = await startOurEcho({}, {}, first.address);
  assert.equal((await echo.unary({ text: "2" }, { waitForReady: true })).text, "2");
  await second.server.close({ graceMs: 0 });
});

test("a server that shuts down lets the call in flight end, and new calls go elsewhere", async () => {
  const server = new Server();
  let begun = (): void => undefined;
  const hasBegun = new Promise<void>((resolve) => {
    begun = resolve;
  });
  let finish = (): void => undefined;
  const mayEnd = new Promise<void>((resolve) => {
    finish = resolve;
  });
  addEcho(server);
  const slow = new Server();
  slow.add(Echo, {
    unary: async () => {
      begun();
      await mayEnd;
      return { text: "slow" };
    },
    serverStream: () => [],
    clientStream: () => ({}),
    bidi: () => [],
  });
  const address = await slow.listen("127.0.0.1:0");
  await using channel = new Channel(address);
  const echo = channel.client(Echo);
  const flying = echo.unary({});
  await hasBegun;
  const closing = slow.close({ graceMs: 60_000 });
  assert.equal(await channel.waitForStateChange("READY"), "IDLE");
  await server.listen(address);
  assert.equal((await echo.unary({ text: "new" })).text, "new");
  finish();
  assert.equal((await flying).text, "slow");
  await closing;
  await server.close({ graceMs: 0 });
});

test("several addresses: the first that works", async () => {
  const port = await closedPort();
  const { server, address } = await startOurEcho();
  await using channel = new Channel(`ipv4:127.0.0.1:${port},${address}`);
  assert.equal((await channel.client(Echo).unary({ text: "second" })).text, "second");
  await server.close({ graceMs: 0 });
});

test("an address that accepts and says nothing costs 250 ms, not the connect timeout", async () => {
  const silent = await rawServer(() => undefined);
  const { server, address } = await startOurEcho();
  await using channel = new Channel(`ipv4:127.0.0.1:${silent.port},${address}`);
  await channel.client(Echo).unary({}, { timeoutMs: 10_000 });
  await server.close({ graceMs: 0 });
  silent.close();
});

test("a name with several addresses, over dns", async () => {
  const { server, address } = await startOurEcho();
  await using channel = new Channel(`dns:///localhost:${address.split(":").pop()}`);
  assert.equal((await channel.client(Echo).unary({ text: "dns" })).text, "dns");
  await server.close({ graceMs: 0 });
});

test("a name that does not exist", async () => {
  await using channel = new Channel("no-such-host.invalid:80");
  await expectFailure(
    channel.client(Echo).unary({}),
    Status.UNAVAILABLE,
    /name resolution of "no-such-host\.invalid" failed/,
  );
});

test("Unix sockets", async () => {
  const folder = mkdtempSync(join(tmpdir(), "peregrine-"));
  const target = `unix:${join(folder, "echo.sock")}`;
  const { server } = await startOurEcho({}, {}, target);
  await using channel = new Channel(target);
  assert.equal((await channel.client(Echo).unary({ text: "unix" })).text, "unix");
  await server.close({ graceMs: 0 });
  await using missing = new Channel(`unix:${join(folder, "missing.sock")}`);
  await expectFailure(missing.client(Echo).unary({}), Status.UNAVAILABLE, /there is no socket at unix:.*missing\.sock/);
  rmSync(folder, { recursive: true });
});

test("a server that accepts and says nothing: the connect timeout names the stage", async () => {
  const silent = await rawServer(() => undefined);
  await using plain = new Channel(`127.0.0.1:${silent.port}`, { connectTimeoutMs: 50, backoff: { initialMs: 50 } });
  await expectFailure(plain.client(Echo).unary({}), Status.UNAVAILABLE, /sent no HTTP\/2 SETTINGS/);
  await using secure = new Channel(`127.0.0.1:${silent.port}`, {
    tls: true,
    connectTimeoutMs: 50,
    backoff: { initialMs: 50 },
  });
  await expectFailure(secure.client(Echo).unary({}), Status.UNAVAILABLE, /timed out after .* in the TLS handshake/);
  silent.close();
});

test("an HTTP/1.1 server, garbage, and one that hangs up", async () => {
  const cases: [string, (socket: Socket) => void, RegExp][] = [
    [
      "HTTP/1.1",
      (socket) => socket.once("data", () => socket.end("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")),
      /HTTP\/1/,
    ],
    ["garbage", (socket) => socket.write(Buffer.alloc(100, 7)), /no HTTP\/2 connection with 127\.0\.0\.1/],
    ["hangs up", (socket) => socket.end(), /closed the connection/],
  ];
  for (const [name, onSocket, message] of cases) {
    const raw = await rawServer(onSocket);
    await using channel = new Channel(`127.0.0.1:${raw.port}`);
    await assert.doesNotReject(expectFailure(channel.client(Echo).unary({}), Status.UNAVAILABLE, message), name);
    raw.close();
  }
});

test("TLS: what can be wrong is named", async () => {
  const certificates = createTestCertificates();
  const { key, cert } = certificates.server;
  const secure = await startOurEcho({}, { tls: { key, cert } });
  const plain = await startOurEcho();
  const port = secure.address.split(":").pop();
  const cases: [string, ConstructorParameters<typeof Channel>[1], RegExp][] = [
    [`localhost:${port}`, { tls: true }, /unknown authority|self-signed/],
    [`localhost:${port}`, { tls: { ca: certificates.ca, serverName: "other.test" } }, /not for other\.test/],
    [`localhost:${port}`, { authority: "other.test:1", tls: { ca: certificates.ca } }, /not for other\.test/],
    [plain.address, { tls: { ca: certificates.ca } }, /does not speak TLS/],
    [secure.address, {}, /TLS|HTTP\/2/],
  ];
  for (const [target, options, message] of cases) {
    await using channel = new Channel(target, options);
    await expectFailure(channel.client(Echo).unary({}), Status.UNAVAILABLE, message);
  }
  await using channel = new Channel(`localhost:${port}`, { tls: { ca: certificates.ca } });
  assert.equal((await channel.client(Echo).unary({ text: "secret" })).text, "secret");
  await secure.server.close({ graceMs: 0 });
  await plain.server.close({ graceMs: 0 });
});

test("connect() makes the connection before the first call", async () => {
  const { server, address } = await startOurEcho();
  await using channel = new Channel(address);
  assert.equal(channel.getState(), "IDLE");
  await channel.connect();
  assert.equal(channel.getState(), "READY");
  await assert.rejects(channel.waitForStateChange("READY", { timeoutMs: 10 }), /READY still after 10 ms/);
  const controller = new AbortController();
  const waiting = channel.waitForStateChange("READY", { signal: controller.signal });
  controller.abort();
  await assert.rejects(waiting, /waiting was cancelled/);
  await server.close({ graceMs: 0 });
});

test("wrong targets and options are told when the channel is made", () => {
  assert.throws(() => new Channel("http://localhost:1"), /a target is no URL: write host:port/);
  assert.throws(() => new Channel("localhost:0"), /"0" is no port/);
  assert.throws(() => new Channel("localhost:1", { keepalive: { intervalMs: -1 } }), /keepalive\.intervalMs/);
  assert.throws(() => new Channel("localhost:1", { compression: "br" }), /compression "br" is not known/);
  assert.throws(() => new Channel("localhost:1", { tls: { ca: "/etc/ca.pem" } }), /not PEM/);
  assert.throws(() => new Channel("localhost:1").client({} as typeof Echo), /takes a service/);
});
