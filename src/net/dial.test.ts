import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { createServer as createTlsServer, type TLSSocket, type TlsOptions } from "node:tls";
import type { PeerInfo } from "../base/transport.js";
import { createTestCertificates, SimulatedClock } from "../testing/index.js";
import type { SocketAddress } from "./address.js";
import { type DialOptions, dial } from "./dial.js";
import { type DialFailure, explainDialError } from "./dial-errors.js";
import { SystemClock } from "./system-clock.js";
import { prepareClientTls, type TlsClientOptions } from "./tls-options.js";

const certificates = createTestCertificates();
const folder = mkdtempSync(join(tmpdir(), "dial-"));
after(() => rmSync(folder, { recursive: true }));

type Outcome = { socket: Socket; peer: PeerInfo } | DialFailure;

function attempt(address: SocketAddress, options: Partial<DialOptions> = {}): Promise<Outcome> {
  return new Promise((resolve) => {
    dial(
      address,
      { clock: new SystemClock(), connectTimeoutMs: 5_000, ...options },
      { onConnected: (socket, peer) => resolve({ socket, peer }), onFailed: resolve },
    );
  });
}

async function failure(address: SocketAddress, options: Partial<DialOptions> = {}): Promise<DialFailure> {
  const outcome = await attempt(address, options);
  assert.ok(!("socket" in outcome), "the attempt should have failed");
  return outcome;
}

/** Runs `test` against a listening server, and checks that no connection is left when it is over. */
async function serving(
  server: Server,
  test: (address: { host: string; port: number }) => Promise<void>,
): Promise<void> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    await test({ host: "127.0.0.1", port: (server.address() as AddressInfo).port });
  } finally {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    // Clients have let go of their sockets, so that ending ours is enough for them to close.
    for (const socket of sockets) socket.end().resume();
    await closed;
  }
}

function tlsServer(options: TlsOptions = {}): Server {
  const server = createTlsServer({ ...certificates.server, ALPNProtocols: ["h2"], ...options });
  server.on("tlsClientError", () => {});
  server.on("secureConnection", (socket: TLSSocket) => {
    socket.on("error", () => {});
    socket.on("end", () => socket.end());
    socket.resume();
  });
  return server;
}

async function tlsFailure(
  server: Server,
  tls: TlsClientOptions,
  more: Partial<DialOptions> = {},
): Promise<DialFailure> {
  let found: DialFailure | undefined;
  await serving(server, async (address) => {
    found = await failure(address, { tls: prepareClientTls(tls), ...more });
    found = { ...found, message: found.message.replaceAll(`127.0.0.1:${address.port}`, "SERVER") };
  });
  assert.ok(found !== undefined);
  return found;
}

/** A port of loopback that nobody listens on. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe("dial: plaintext", () => {
  it("connects to a host and port", () =>
    serving(createServer(), async (address) => {
      const outcome = await attempt(address);
      assert.ok("socket" in outcome);
      assert.deepEqual(outcome.peer, { address: `ipv4:127.0.0.1:${address.port}`, secure: false });
      for (const event of ["error", "connect", "close"]) assert.equal(outcome.socket.listenerCount(event), 0, event);
      outcome.socket.destroy();
    }));

  it("connects to a name", () =>
    serving(createServer(), async ({ port }) => {
      const outcome = await attempt({ host: "localhost", port });
      assert.ok("socket" in outcome);
      outcome.socket.destroy();
    }));

  it("connects to a Unix socket", async () => {
    const path = join(folder, "plain.sock");
    const server = createServer((socket) => socket.end()).listen(path);
    await once(server, "listening");
    const outcome = await attempt({ path });
    assert.ok("socket" in outcome);
    assert.deepEqual(outcome.peer, { address: `unix:${path}`, secure: false });
    outcome.socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  it("tells of a refused connection", async () => {
    const port = await freePort();
    assert.deepEqual(await failure({ host: "127.0.0.1", port }), {
      stage: "TCP connect",
      code: "ECONNREFUSED",
      message: `connection refused at 127.0.0.1:${port}: is a server listening there?`,
    });
    assert.equal((await failure({ host: "localhost", port })).code, "ECONNREFUSED");
  });

  it("tells of a Unix socket that is missing, or no socket", async () => {
    const missing = join(folder, "missing.sock");
    assert.equal(
      (await failure({ path: missing })).message,
      `there is no socket at unix:${missing}: is the server running?`,
    );
    const file = join(folder, "file");
    writeFileSync(file, "");
    assert.match((await failure({ path: file })).message, /refused at unix:.*no server is listening|is not a socket/);
    assert.match((await failure({ path: `/${"x".repeat(200)}` })).message, /too long for a Unix socket|no socket/);
  });

  it("tells of a name that cannot be resolved", async () => {
    const { message } = await failure({ host: "nobody.invalid", port: 1 });
    assert.match(message, /the name nobody\.invalid cannot be resolved/);
  });

  it("tells of a port that is none, and not from inside of the call", async () => {
    let returned = false;
    const pending = failure({ host: "127.0.0.1", port: 70_000 }).then((found) => {
      assert.equal(returned, true);
      assert.match(found.message, /from 1 to 65535/);
    });
    returned = true;
    await pending;
  });

  it("gives up when it was cancelled, and says nothing", () =>
    serving(createServer(), async (address) => {
      const clock = new SimulatedClock();
      const heard: string[] = [];
      const dialing = dial(
        address,
        { clock, connectTimeoutMs: 10 },
        { onConnected: () => heard.push("connected"), onFailed: () => heard.push("failed") },
      );
      assert.equal(clock.pendingTimers, 1);
      dialing.cancel();
      dialing.cancel();
      assert.equal(clock.pendingTimers, 0);
      // A later attempt to the same server is through: the cancelled one would have been before.
      const later = await attempt(address);
      assert.ok("socket" in later);
      later.socket.destroy();
      assert.deepEqual(heard, []);
    }));

  it("names the stage of a timeout", async () => {
    const clock = new SimulatedClock();
    // The attempt is still resolving or connecting in this turn.
    const pending = failure({ host: "localhost", port: await freePort() }, { clock, connectTimeoutMs: 3_000 });
    clock.advance(3_000);
    const { message, stage, code } = await pending;
    assert.match(message, /^timed out after 3000 ms in the TCP connect with localhost:\d+$/);
    assert.deepEqual([stage, code], ["TCP connect", "ETIMEDOUT"]);
  });
});

describe("dial: TLS", () => {
  const { ca } = certificates;

  it("connects, with the server's certificate verified", () =>
    serving(tlsServer(), async (address) => {
      for (const tls of [{ ca }, { ca, serverName: "localhost" }, { ca: [Buffer.from(ca)] }]) {
        const outcome = await attempt(address, { tls: prepareClientTls(tls) });
        assert.ok("socket" in outcome);
        const { peer, socket } = outcome;
        assert.equal(peer.secure, true);
        assert.equal(peer.subject, "CN=localhost");
        assert.deepEqual(peer.subjectAltNames, ["DNS:localhost", "IP:127.0.0.1", "IP:0:0:0:0:0:0:0:1"]);
        for (const event of ["connect", "secureConnect"]) assert.equal(socket.listenerCount(event), 0, event);
        socket.destroy();
      }
    }));

  it("sends the server name, but no address, as SNI", async () => {
    const names: (string | false | undefined)[] = [];
    const server = tlsServer();
    server.on("secureConnection", (socket: TLSSocket & { servername?: string | false }) =>
      names.push(socket.servername),
    );
    await serving(server, async (address) => {
      const tls = prepareClientTls({ ca });
      for (const serverName of [undefined, "localhost"]) {
        const arrived = once(server, "secureConnection");
        const outcome = await attempt(address, { tls, serverName });
        assert.ok("socket" in outcome);
        await arrived;
        outcome.socket.destroy();
      }
    });
    assert.deepEqual(names, [false, "localhost"]);
  });

  it("over a Unix socket checks the certificate for localhost", async () => {
    const path = join(folder, "tls.sock");
    const server = tlsServer().listen(path);
    await once(server, "listening");
    const outcome = await attempt({ path }, { tls: prepareClientTls({ ca }) });
    assert.ok("socket" in outcome);
    assert.equal(outcome.peer.address, `unix:${path}`);
    outcome.socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  it("shows a client certificate", async () => {
    const server = tlsServer({ ca, requestCert: true, rejectUnauthorized: true });
    const seen: string[] = [];
    server.on("secureConnection", (socket: TLSSocket) => seen.push(String(socket.getPeerCertificate().subject.CN)));
    await serving(server, async (address) => {
      const arrived = once(server, "secureConnection");
      const outcome = await attempt(address, { tls: prepareClientTls({ ca, ...certificates.client }) });
      assert.ok("socket" in outcome);
      await arrived;
      outcome.socket.destroy();
    });
    assert.deepEqual(seen, ["test-client"]);
  });

  it("tells of each thing that can be wrong with a certificate", async () => {
    const expired = createTestCertificates({ expired: true });
    const early = certificates.issueServer({ hosts: ["127.0.0.1"], notBefore: new Date(Date.now() + 3_600_000) });
    const other = certificates.issueServer({ hosts: ["other.example"] });
    const client = certificates.issueClient({ hosts: ["127.0.0.1"] });
    const cases: [TlsOptions, TlsClientOptions, RegExp][] = [
      [expired.server, { ca: expired.ca }, /^the certificate of the server at SERVER has expired$/],
      [early, { ca }, /^the certificate of the server at SERVER is not valid yet/],
      [other, { ca }, /^the certificate of the server at SERVER is not for 127\.0\.0\.1: .*`serverName`/],
      [{}, { ca, serverName: "x.example" }, /^the certificate of the server at SERVER is not for x\.example/],
      [{}, { ca: expired.ca }, /^the certificate of the server at SERVER was signed by an unknown authority: .*`ca`/],
      [client, { ca }, /^the certificate of the server at SERVER is not acceptable$/],
    ];
    for (const [serverOptions, clientOptions, message] of cases) {
      const found = await tlsFailure(tlsServer(serverOptions), clientOptions);
      assert.match(found.message, message);
      assert.equal(found.stage, "TLS handshake");
    }
  });

  it("tells of a self-signed certificate", async () => {
    const selfSigned = Object.assign(new Error("self-signed certificate"), { code: "DEPTH_ZERO_SELF_SIGNED_CERT" });
    const { message } = explainDialError({ host: "h", port: 1 }, "TLS handshake", selfSigned, "h");
    assert.equal(message, "the certificate of the server at h:1 is self-signed: to trust it, give it as `ca`");
  });

  it("takes the word of checkServerIdentity", async () => {
    const checkServerIdentity = (name: string): Error => new Error(`${name} is not liked`);
    const { message } = await tlsFailure(tlsServer(), { ca, checkServerIdentity });
    assert.equal(message, "the TLS handshake with SERVER failed: 127.0.0.1 is not liked");
  });

  it("tells when a client certificate is required (TLS 1.2, where the client learns it in the handshake)", async () => {
    const server = tlsServer({ ca, requestCert: true, rejectUnauthorized: true, maxVersion: "TLSv1.2" });
    assert.match(
      (await tlsFailure(server, { ca })).message,
      /a client certificate is missing|requires a client certificate/,
    );
  });

  it("tells when the server does not agree on HTTP/2", async () => {
    const noAlpn = await tlsFailure(tlsServer({ ALPNProtocols: [] }), { ca });
    assert.equal(
      noAlpn.message,
      "the server at SERVER speaks TLS but did not agree on HTTP/2 (ALPN h2); it chose no protocol",
    );
    const http1 = await tlsFailure(tlsServer({ ALPNProtocols: ["http/1.1"] }), { ca });
    assert.match(http1.message, /^the server at SERVER speaks TLS but did not agree on HTTP\/2 \(ALPN h2\)/);
  });

  it("tells when there is no version of TLS in common", async () => {
    const { message } = await tlsFailure(tlsServer({ maxVersion: "TLSv1.2" }), { ca, minVersion: "TLSv1.3" });
    assert.equal(message, "the server at SERVER does not speak a TLS version that we accept");
  });

  for (const answer of [
    "HTTP/1.1 400 Bad Request\r\n\r\n",
    "\0\0\x12\x04\0\0\0\0\0\0\x03\0\0\0\x64\0\x04\0\0\xff\xff\0\0",
  ]) {
    it(`tells of a plaintext server that answers with ${JSON.stringify(answer.slice(0, 8))}`, async () => {
      const server = createServer((socket) => void socket.end(answer, "latin1"));
      const { message } = await tlsFailure(server, { ca });
      assert.equal(message, "the server at SERVER does not speak TLS (plaintext?)");
    });
  }

  it("tells of a server that closes during the handshake", async () => {
    for (const close of [(socket: Socket) => socket.end(), (socket: Socket) => socket.resetAndDestroy()]) {
      const server = createServer((socket) => void socket.once("data", () => close(socket)));
      const { message } = await tlsFailure(server, { ca });
      assert.match(message, /^the server at SERVER closed the connection during the TLS handshake/);
    }
  });

  it("names the stage of a timeout", async () => {
    const clock = new SimulatedClock();
    const server = createServer((socket) => void socket.once("data", () => clock.advance(1_000)));
    const { message, stage } = await tlsFailure(server, { ca }, { clock, connectTimeoutMs: 1_000 });
    assert.equal(message, "timed out after 1000 ms in the TLS handshake with SERVER");
    assert.equal(stage, "TLS handshake");
    assert.equal(clock.pendingTimers, 0);
  });

  it("tells of a refused connection as in plaintext", async () => {
    const port = await freePort();
    const { stage, message } = await failure({ host: "127.0.0.1", port }, { tls: prepareClientTls({ ca }) });
    assert.equal(stage, "TCP connect");
    assert.match(message, /^connection refused at/);
  });
});

describe("explainDialError", () => {
  const cases: [string, RegExp][] = [
    ["EHOSTUNREACH", /^the host of h:1 cannot be reached/],
    ["ENETUNREACH", /^no network leads to h:1/],
    ["ETIMEDOUT", /^h:1 did not answer/],
    ["EAI_AGAIN", /^the name h cannot be resolved now/],
    ["EMFILE", /^too many open files/],
    ["EWHATEVER", /^cannot connect to h:1: text$/],
  ];
  for (const [code, message] of cases) {
    it(`explains ${code}`, () => {
      const error = Object.assign(new Error("text"), { code });
      assert.match(explainDialError({ host: "h", port: 1 }, "TCP connect", error, undefined).message, message);
    });
  }

  it("explains a network error in the middle of a handshake as such", () => {
    const error = Object.assign(new Error("text"), { code: "ETIMEDOUT" });
    assert.match(explainDialError({ host: "h", port: 1 }, "TLS handshake", error, "h").message, /^h:1 did not answer/);
  });
});

describe("dial: the kernel's keepalive", () => {
  /** The timer of a connection's socket as Linux tells it: 02 is that of the keepalive (`proc_net_tcp`). */
  function timerOf(localPort: number): string | undefined {
    const port = `:${localPort.toString(16).toUpperCase().padStart(4, "0")}`;
    const row = readFileSync("/proc/net/tcp", "utf8")
      .split("\n")
      .map((line) => line.trim().split(/\s+/))
      .find(([, local]) => local?.endsWith(port));
    return row?.[5]?.slice(0, 2);
  }

  it("is on", { skip: process.platform !== "linux" || !existsSync("/proc/net/tcp") }, () =>
    serving(createServer(), async (address) => {
      const outcome = await attempt(address);
      assert.ok("socket" in outcome);
      assert.equal(timerOf(outcome.socket.localPort as number), "02");
      outcome.socket.destroy();
    }),
  );
});
