import assert from "node:assert/strict";
import { connect, type Socket } from "node:net";
import { after, before, test } from "node:test";
import { connect as connectTls } from "node:tls";
import { Channel, RpcError, Server, type ServerErrorInfo, type ServiceImpl, Status } from "peregrine";
import { createTestCertificates } from "peregrine/testing";
import { Echo } from "../gen/echo_pb.js";
import { startOurEcho } from "../peers/our-server.js";

// What clients and handlers do wrong to a server: it lives on, and says what was wrong.

const certificates = createTestCertificates();
const errors: { readonly error: unknown; readonly info: ServerErrorInfo }[] = [];
let server: Server;
let plain: string;
let secure: string;

before(async () => {
  const onError = (error: unknown, info: ServerErrorInfo): void => {
    errors.push({ error, info });
    waiting?.();
  };
  const started = await startOurEcho({ onError });
  server = started.server;
  plain = started.address;
  secure = `${await server.listen("127.0.0.1:0", { tls: certificates.server })}`;
});

after(() => server.close({ graceMs: 0 }));

let waiting: (() => void) | undefined;

/** Waits until an error whose text fits was reported. */
async function reported(text: RegExp): Promise<ServerErrorInfo> {
  for (;;) {
    const found = errors.find(({ error }) => text.test(String(error)));
    if (found !== undefined) return found.info;
    await new Promise<void>((resolve) => {
      waiting = resolve;
    });
  }
}

/** A call that must be answered while, and after, others misbehave. */
async function stillServes(): Promise<void> {
  await using channel = new Channel(plain);
  const reply = await channel.client(Echo).unary({ text: "still here" }, { timeoutMs: 5_000 });
  assert.equal(reply.text, "still here");
}

/** `once` would reject at the errors that these sockets are meant to have. */
function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once("close", () => resolve()));
}

function dial(address: string): Socket {
  const [host = "", port = ""] = address.split(":");
  const socket = connect(Number(port), host);
  socket.on("error", () => undefined);
  return socket;
}

test("an HTTP/1.1 client", async () => {
  const socket = dial(plain);
  socket.resume();
  socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  await closed(socket);
  assert.equal((await reported(/HTTP\/1/)).kind, "connection");
  await stillServes();
});

test("garbage", async () => {
  const socket = dial(plain);
  socket.resume();
  socket.write("\x00\x01\x02 this is no preface of any protocol that we know");
  await closed(socket);
  await reported(/preface/);
  await stillServes();
});

test("TLS on the plaintext port", async () => {
  const [host = "", port = ""] = plain.split(":");
  const socket = connectTls({ host, port: Number(port), ca: certificates.ca, ALPNProtocols: ["h2"] });
  socket.on("error", () => undefined);
  await closed(socket);
  await reported(/TLS on a plaintext port/);
  await stillServes();
});

test("plaintext on the TLS port", async () => {
  const socket = dial(secure);
  socket.resume();
  socket.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
  await closed(socket);
  await reported(/plaintext|does not speak TLS|no TLS/i);
  await stillServes();
});

test("a TLS client that does not speak h2", async () => {
  const [host = "", port = ""] = secure.split(":");
  const socket = connectTls({ host, port: Number(port), ca: certificates.ca, ALPNProtocols: ["http/1.1"] });
  socket.on("error", () => undefined);
  await closed(socket);
  await reported(/h2/);
  await stillServes();
});

test("a TLS client that hangs up in its handshake", async () => {
  const socket = dial(secure);
  // The head of a TLS record, and nothing of it.
  socket.end(new Uint8Array([0x16, 3, 1, 2, 0]));
  socket.resume();
  await closed(socket);
  assert.equal((await reported(/during the TLS handshake/)).kind, "connection");
  await stillServes();
});

test("a client that goes away in the middle of a call", async () => {
  const channel = new Channel(plain);
  const controller = new AbortController();
  const call = channel.client(Echo).unary({ sleepMs: 60_000 }, { signal: controller.signal });
  await channel.client(Echo).unary({});
  await channel.close({ graceMs: 0 });
  await assert.rejects(call, RpcError);
  await stillServes();
});

test("handlers that throw, give nonsense or hang harm their own calls only", async () => {
  const seen: string[] = [];
  const bad = new Server({ onError: (error) => seen.push(String(error)) });
  bad.add(Echo, {
    unary(request, call) {
      if (request.text === "throw") throw new Error("secret: db password is 1234");
      if (request.text === "null") return null as unknown as { text: string };
      if (request.text === "type") return { text: 7 as unknown as string };
      if (request.text === "hang") return new Promise(() => call.deadline);
      return { text: "fine" };
    },
    serverStream: () => 5 as unknown as [],
    clientStream: () => ({ count: 1 }),
    bidi: async function* () {
      yield { text: "one" };
      throw new RpcError(Status.ABORTED, "midway");
    },
  });
  const address = await bad.listen("127.0.0.1:0");
  await using channel = new Channel(address);
  const echo = channel.client(Echo);
  const ends = async (text: string, code: Status): Promise<string> => {
    const error = await echo.unary({ text }, { timeoutMs: 300 }).catch((reason: unknown) => reason);
    assert.ok(error instanceof RpcError, String(error));
    assert.equal(error.code, code, error.message);
    return error.message;
  };
  assert.doesNotMatch(await ends("throw", Status.UNKNOWN), /secret|1234/);
  await ends("null", Status.INTERNAL);
  assert.doesNotMatch(await ends("type", Status.INTERNAL), /7/);
  await ends("hang", Status.DEADLINE_EXCEEDED);
  await assert.rejects(async () => {
    for await (const _ of echo.serverStream({})) assert.fail("no message can come");
  }, RpcError);
  // A handler that never reads its requests: the client's stream of them is stopped, and its answer comes.
  async function* endless(): AsyncGenerator<{ payload: Uint8Array }> {
    for (;;) yield { payload: new Uint8Array(10_000) };
  }
  assert.equal((await echo.clientStream(endless())).count, 1);
  const got: string[] = [];
  await assert.rejects(
    async () => {
      for await (const { text } of echo.bidi([])) got.push(text);
    },
    (error) => error instanceof RpcError && error.code === Status.ABORTED && error.message === "midway",
  );
  assert.deepEqual(got, ["one"]);
  assert.equal((await echo.unary({ text: "ok" })).text, "fine");
  assert.ok(seen.some((text) => text.includes("secret")));
  await bad.close({ graceMs: 0 });
});

test("mistakes in setting a server up", async () => {
  const broken = new Server();
  const missing = { unary: () => ({}) } as unknown as ServiceImpl<typeof Echo>;
  assert.throws(() => broken.add(Echo, missing), /no handler for serverStream, clientStream, bidi/);
  const misspelt = { unari: () => ({}) } as unknown as ServiceImpl<typeof Echo>;
  assert.throws(() => broken.add(Echo, misspelt), /no method "unari": did you mean "unary"\?/);
  await assert.rejects(broken.listen(plain), new RegExp(`address in use.*${plain}`));
  await assert.rejects(broken.listen("127.0.0.1"), /no port/);
  await assert.rejects(broken.listen("127.0.0.1:0", { tls: { cert: "x", key: "y" } }), /cert|key/);
  assert.throws(() => new Server({ maxDecodedBytes: -1 }), /maxDecodedBytes.*-1/);
  assert.throws(() => new Server({ unknownFields: "no" as "drop" }), /unknownFields.*"keep" or "drop".*"no"/);
  assert.throws(() => new Server({ checkFieldNames: 1 as unknown as boolean }), /checkFieldNames.*1/);
  assert.throws(() => new Server({ receiveMessageBytesMax: -1 }), /receiveMessageBytesMax.*-1/);
  await broken.close();
  await assert.rejects(broken.listen("127.0.0.1:0"), /closed/);
});
