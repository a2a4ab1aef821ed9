import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer, type Server as NetServer, type Socket } from "node:net";
import { test } from "node:test";
import { Channel, type ChannelOptions, RpcError, Status } from "peregrine";
import type { MessageInitShape } from "peregrine/protobuf";
import { createTestCertificates } from "peregrine/testing";
import { Echo, type EchoRequestSchema } from "../gen/echo_pb.js";
import { startOurEcho } from "../peers/our-server.js";

// What a user of a client does wrong, or meets: each ends with an error that names it, and soon.

type Init = MessageInitShape<typeof EchoRequestSchema>;

const certificates = createTestCertificates();

/** Makes one call and expects it to fail; nothing may take longer than the deadline. */
async function failure(target: string, options: ChannelOptions = {}, init: Init = {}): Promise<RpcError> {
  await using channel = new Channel(target, options);
  const error = await channel
    .client(Echo)
    .unary(init, { timeoutMs: 10_000 })
    .then(
      () => assert.fail("the call succeeded"),
      (reason: unknown) => reason,
    );
  assert.ok(error instanceof RpcError, `an RpcError, not ${String(error)}`);
  return error;
}

function expect(error: RpcError, code: Status, text: RegExp): void {
  assert.equal(error.code, code, `${error.codeName}: ${error.message}`);
  assert.match(error.message, text);
}

/** A server that answers with the given bytes and never speaks HTTP/2. */
async function withServer(server: NetServer, use: (address: string) => Promise<void>): Promise<void> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => sockets.add(socket));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    await use(`127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.close();
    for (const socket of sockets) socket.destroy();
  }
}

test("targets that are none", () => {
  for (const target of ["", "127.0.0.1:99999", "http://127.0.0.1:80", "dns:", "ipv4:nonsense:1"]) {
    assert.throws(
      () => new Channel(target),
      (error) => error instanceof Error && error.message.includes(JSON.stringify(target).slice(1, -1)),
      target,
    );
  }
});

test("a closed port", async () => {
  const gone = createServer();
  let address = "";
  await withServer(gone, (bound) => {
    address = bound;
    return Promise.resolve();
  });
  expect(await failure(address), Status.UNAVAILABLE, new RegExp(`refused.*${address}`));
});

test("a host name that does not exist", async () => {
  const error = await failure("no-such-host.invalid:50051");
  expect(error, Status.UNAVAILABLE, /no-such-host\.invalid/);
});

test("plaintext against a TLS port", async () => {
  const { server, address } = await startOurEcho({ onError: () => undefined }, { tls: certificates.server });
  expect(await failure(address), Status.UNAVAILABLE, /TLS/);
  await server.close({ graceMs: 0 });
});

test("TLS against a plaintext port", async () => {
  const { server, address } = await startOurEcho({ onError: () => undefined });
  const error = await failure(address, { tls: { ca: certificates.ca } });
  expect(error, Status.UNAVAILABLE, /does not speak TLS|plaintext/);
  await server.close({ graceMs: 0 });
});

test("an expired certificate", async () => {
  const expired = createTestCertificates({ expired: true });
  const { server, address } = await startOurEcho({ onError: () => undefined }, { tls: expired.server });
  expect(await failure(address, { tls: { ca: expired.ca } }), Status.UNAVAILABLE, /expired/);
  await server.close({ graceMs: 0 });
});

test("a certificate of a foreign authority", async () => {
  const foreign = createTestCertificates();
  const { server, address } = await startOurEcho({ onError: () => undefined }, { tls: foreign.server });
  const error = await failure(address, { tls: { ca: certificates.ca } });
  expect(error, Status.UNAVAILABLE, /certificate/);
  await server.close({ graceMs: 0 });
});

test("a certificate for another name", async () => {
  const other = createTestCertificates({ hosts: ["example.test"] });
  const { server, address } = await startOurEcho({ onError: () => undefined }, { tls: other.server });
  const error = await failure(address, { tls: { ca: other.ca } });
  expect(error, Status.UNAVAILABLE, /example\.test|127\.0\.0\.1/);
  await server.close({ graceMs: 0 });
});

test("a server that wants a client certificate", async () => {
  const tls = { ...certificates.server, ca: certificates.ca, clientCertificate: "require" } as const;
  const { server, address } = await startOurEcho({ onError: () => undefined }, { tls });
  expect(await failure(address, { tls: { ca: certificates.ca } }), Status.UNAVAILABLE, /certificate/);
  const foreign = createTestCertificates();
  const error = await failure(address, { tls: { ca: certificates.ca, ...foreign.client } });
  expect(error, Status.UNAVAILABLE, /certificate/);
  await server.close({ graceMs: 0 });
});

test("an HTTP/1.1 server", async () => {
  const server = createHttpServer((_, response) => response.end("hello"));
  await withServer(server, async (address) => expect(await failure(address), Status.UNAVAILABLE, /HTTP\/1\.1/));
});

test("garbage on the port", async () => {
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.end("* OK IMAP4rev1 Service Ready\r\n");
  });
  await withServer(server, async (address) => expect(await failure(address), Status.UNAVAILABLE, /HTTP\/2/));
});

test("a server that accepts and says nothing", async () => {
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.resume();
  });
  await withServer(server, async (address) => {
    await using channel = new Channel(address);
    const call = channel.client(Echo).unary({}, { timeoutMs: 200 });
    await assert.rejects(call, (error) => error instanceof RpcError && error.code === Status.DEADLINE_EXCEEDED);
  });
});

test("a field of the wrong type", async () => {
  const { server, address } = await startOurEcho();
  const init = { text: 5 } as unknown as Init;
  expect(await failure(address, {}, init), Status.INVALID_ARGUMENT, /text.*string.*5/);
  await server.close({ graceMs: 0 });
});

test("a field that the type does not have", async () => {
  const { server, address } = await startOurEcho();
  const init = { txet: "x" } as unknown as Init;
  expect(await failure(address, {}, init), Status.INVALID_ARGUMENT, /field txet: .*EchoRequest .*did you mean text\?/);
  await using channel = new Channel(address, { checkFieldNames: false });
  assert.equal((await channel.client(Echo).unary(init)).text, "");
  await using intercepted = new Channel(address, { interceptors: [(next) => (request) => next(request)] });
  await assert.rejects(intercepted.client(Echo).unary(init), { code: Status.INVALID_ARGUMENT, message: /field txet/ });
  await server.close({ graceMs: 0 });
});

test("a response that would take too much when decoded", async () => {
  const { server, address } = await startOurEcho();
  const payload = new Uint8Array(20_000);
  const options = { maxDecodedBytes: 10_000 };
  const reason = /EchoResponse takes more .*maxDecodedBytes = 10000 of this client/;
  expect(await failure(address, options, { payload }), Status.RESOURCE_EXHAUSTED, reason);
  await using channel = new Channel(address, options);
  const echo = channel.client(Echo);
  assert.equal((await echo.unary({ payload }, { maxDecodedBytes: 100_000 })).payload.length, 20_000);
  assert.equal((await echo.unary({ payload }, { receiveMessageBytesMax: 30_000 })).payload.length, 20_000);
  const stream = echo.serverStream({ count: 1, responseBytes: 20_000 });
  await assert.rejects(stream.next(), { code: Status.RESOURCE_EXHAUSTED });
  await using intercepted = new Channel(address, { ...options, interceptors: [(next) => (request) => next(request)] });
  await assert.rejects(intercepted.client(Echo).unary({ payload }), { code: Status.RESOURCE_EXHAUSTED });
  await server.close({ graceMs: 0 });
});

test("bounds of decoding that are none", () => {
  assert.throws(
    () => new Channel("a:1", { maxDecodedBytes: -1 }),
    /maxDecodedBytes must be a number, 0 or more: got -1/,
  );
  const unknownFields = "forget" as "drop";
  assert.throws(() => new Channel("a:1", { unknownFields }), /unknownFields must be "keep" or "drop": got "forget"/);
});

test("messages over the limits, sent and received", async () => {
  const { server, address } = await startOurEcho();
  const payload = new Uint8Array(5_000);
  expect(await failure(address, { sendMessageBytesMax: 1_000 }, { payload }), Status.RESOURCE_EXHAUSTED, /5003.*1000/);
  const error = await failure(address, { receiveMessageBytesMax: 1_000 }, { payload });
  expect(error, Status.RESOURCE_EXHAUSTED, /5003.*1000/);
  const huge = { payload: new Uint8Array(4_194_304) };
  expect(await failure(address, {}, huge), Status.RESOURCE_EXHAUSTED, /4194309.*4194304/);
  await server.close({ graceMs: 0 });
});

test("options that are none", async () => {
  const { server, address } = await startOurEcho();
  await using channel = new Channel(address);
  const echo = channel.client(Echo);
  await assert.rejects(async () => echo.unary({}, { timeoutMs: -1 }), /timeoutMs.*-1/);
  await assert.rejects(async () => echo.unary({}, { metadata: { "grpc-x": "1" } }), /grpc-x.*reserved/);
  await assert.rejects(async () => echo.unary({}, { compress: "lzma" }), /lzma/);
  await server.close({ graceMs: 0 });
});
