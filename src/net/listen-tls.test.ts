import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { describe, it } from "node:test";
import { type ConnectionOptions, connect as connectTls } from "node:tls";
import type { PeerInfo } from "../base/transport.js";
import { createTestCertificates } from "../testing/index.js";
import { type Listener, type ListenOptions, listen } from "./listen.js";
import { AcceptError, explainHandshakeFailure } from "./listen-errors.js";
import { splitAltNames } from "./peer.js";
import { TlsOptionsError, type TlsServerOptions } from "./tls-options.js";

const certificates = createTestCertificates();
const { ca, server } = certificates;

/** What a listener told, in order: peers that came through, and errors. */
class Log {
  readonly peers: PeerInfo[] = [];
  readonly errors: Error[] = [];
  #wake: () => void = () => {};

  add(one: PeerInfo | Error): void {
    if (one instanceof Error) this.errors.push(one);
    else this.peers.push(one);
    this.#wake();
  }

  async error(count: number = 1): Promise<Error> {
    while (this.errors.length < count) await this.#changed();
    return this.errors[count - 1]!;
  }

  async peer(count: number = 1): Promise<PeerInfo> {
    while (this.peers.length < count) await this.#changed();
    return this.peers[count - 1]!;
  }

  #changed(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}

type Test = (fixture: { listener: Listener; log: Log; port: number }) => Promise<void>;

async function listening(tls: Partial<TlsServerOptions>, test: Test, more: ListenOptions = {}): Promise<void> {
  const log = new Log();
  const closed: Promise<void>[] = [];
  const listener = await listen(
    "127.0.0.1:0",
    { tls: { ...server, ...tls }, ...more },
    {
      onConnection: (socket, peer) => {
        closed.push(closedOf(socket));
        socket.on("error", () => {});
        socket.on("end", () => socket.end());
        socket.resume();
        socket.write("hello");
        log.add(peer);
      },
      onError: (error) => log.add(error),
    },
  );
  const port = listener.address.port;
  try {
    await test({ listener, log, port });
  } finally {
    listener.close();
    await Promise.all(closed);
  }
  // Sockets whose handshake failed close in their own turns.
  for (let i = 0; i < 1_000 && (await listener.countSockets()) > 0; i++) await new Promise(setImmediate);
  assert.equal(await listener.countSockets(), 0);
}

function closedOf(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once("close", () => resolve()));
}

/** Connects by TLS and reads the greeting, or why it did not come. */
async function greeting(port: number, options: ConnectionOptions): Promise<string> {
  const socket = connectTls({ port, host: "127.0.0.1", ca, ALPNProtocols: ["h2"], ...options });
  let heard = "closed";
  socket.on("error", (error: NodeJS.ErrnoException) => {
    heard = error.code ?? error.message;
  });
  socket.on("data", (chunk) => {
    heard = chunk.toString();
    socket.end();
  });
  await closedOf(socket);
  return heard;
}

describe("listen: TLS", () => {
  it("hands out encrypted connections", () =>
    listening({}, async ({ port, log, listener }) => {
      assert.equal(await greeting(port, {}), "hello");
      const peer = await log.peer();
      assert.match(peer.address, /^ipv4:127\.0\.0\.1:\d+$/);
      assert.equal(peer.secure, true);
      assert.equal(peer.certificate, undefined);
      assert.equal(peer.subject, undefined);
      assert.deepEqual(log.errors, []);
      assert.match(`${listener.address}`, /^127\.0\.0\.1:\d+$/);
    }));

  it("turns a client away that does not agree on h2, and says so", () =>
    listening({}, async ({ port, log }) => {
      assert.notEqual(await greeting(port, { ALPNProtocols: [] }), "hello");
      const first = await log.error();
      assert.ok(first instanceof AcceptError);
      assert.match(first.message, /^the client 127\.0\.0\.1:\d+ speaks TLS but did not agree on HTTP\/2 \(ALPN h2\)$/);
      assert.match(first.peer ?? "", /^127\.0\.0\.1:\d+$/);
      assert.notEqual(await greeting(port, { ALPNProtocols: ["http/1.1"] }), "hello");
      assert.match((await log.error(2)).message, /did not agree on HTTP\/2 \(ALPN h2\)$/);
      assert.equal(log.peers.length, 0);
    }));

  for (const plaintext of [
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0",
    "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    "xyz xyz xyz xyz",
  ]) {
    it(`turns away plaintext: ${JSON.stringify(plaintext.slice(0, 5))}`, () =>
      listening({}, async ({ port, log }) => {
        const socket = connect({ port, host: "127.0.0.1" });
        socket.on("error", () => {});
        socket.resume().write(plaintext, "latin1");
        await closedOf(socket);
        assert.match((await log.error()).message, /^the client .* does not speak TLS: it sent plaintext to a TLS port/);
        assert.equal(await greeting(port, {}), "hello");
      }));
  }

  it("tells when there is no version of TLS in common", () =>
    listening({}, async ({ port, log }) => {
      await greeting(port, { minVersion: "TLSv1.1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" });
      assert.match((await log.error()).message, /does not speak a TLS version that this server accepts/);
    }));

  it("tells what a client did not like", () => {
    const explain = (reason: string): string =>
      explainHandshakeFailure("c", new Error(`error:0A000418:SSL routines:f:${reason}:file.c:1\n`), undefined).message;
    assert.match(explain("tlsv1 alert unknown ca"), /^the client c does not know the authority that signed/);
    assert.match(
      explain("sslv3 alert certificate expired"),
      /^the client c says that this server's certificate has expired: .*clocks/,
    );
    assert.match(
      explain("sslv3 alert certificate revoked"),
      /^the client c says that this server's certificate was revoked$/,
    );
    assert.match(explain("sslv3 alert bad certificate"), /^the client c rejected this server's certificate$/);
    assert.match(explain("no shared cipher"), /^the client c has no cipher in common/);
    assert.equal(explain("bad record mac"), "the client c failed in the TLS handshake: bad record mac");
    assert.match(explainHandshakeFailure(undefined, new Error("x"), undefined).message, /^a client failed .*: x$/);
  });

  it("cuts a client that does not finish its handshake in time", () =>
    listening(
      {},
      async ({ port, log }) => {
        const socket = connect({ port, host: "127.0.0.1" });
        socket.on("error", () => {});
        await closedOf(socket.resume());
        assert.match((await log.error()).message, /did not finish its TLS handshake in time$/);
      },
      { handshakeTimeoutMs: 20 },
    ));

  it("notices at once when a client gives up in its handshake", () =>
    listening({}, async ({ port, log }) => {
      for (const [index, leave] of [(s: Socket) => s.end(), (s: Socket) => s.resetAndDestroy()].entries()) {
        const socket = connect({ port, host: "127.0.0.1" });
        socket.on("error", () => {});
        await once(socket, "connect");
        leave(socket.resume());
        assert.match((await log.error(index + 1)).message, /closed the connection during the TLS handshake$/);
      }
    }));

  it("caps the handshakes that are under way, and reports a flood once", () =>
    listening(
      {},
      async ({ port, log, listener }) => {
        const idle: Socket[] = [];
        for (let i = 0; i < 4; i++) {
          const socket = connect({ port, host: "127.0.0.1" });
          socket.on("error", () => {});
          await once(socket, "connect");
          idle.push(socket.resume());
        }
        while ((await listener.countSockets()) < 4) await new Promise(setImmediate);
        for (let i = 0; i < 3; i++) assert.notEqual(await greeting(port, {}), "hello");
        assert.match((await log.error()).message, /^4 TLS handshakes are pending: new clients are turned away$/);
        assert.equal(log.errors.length, 1);
        for (const socket of idle) socket.destroy();
        await log.error(5);
        assert.equal(await greeting(port, {}), "hello");
      },
      { pendingHandshakesMax: 4 },
    ));

  it("does not wait for handshakes when it closes", () =>
    listening({}, async ({ port, log, listener }) => {
      const socket = connect({ port, host: "127.0.0.1" });
      socket.on("error", () => {});
      await once(socket, "connect");
      while ((await listener.countSockets()) < 1) await new Promise(setImmediate);
      listener.close();
      const secure = connectTls({ socket, ca, ALPNProtocols: ["h2"], servername: "localhost" });
      secure.on("error", () => {});
      await closedOf(secure.resume());
      assert.deepEqual([log.peers.length, log.errors.length], [0, 0]);
    }));
});

describe("listen: mutual TLS", () => {
  const { client } = certificates;
  const foreign = createTestCertificates().client;

  it("requires a certificate of the authority where ca is given", () =>
    listening({ ca }, async ({ port, log }) => {
      assert.equal(await greeting(port, client), "hello");
      const peer = await log.peer();
      assert.equal(peer.subject, "CN=test-client");
      assert.deepEqual(peer.subjectAltNames, []);
      assert.deepEqual(Buffer.from(peer.certificate!), new X509Certificate(client.cert).raw);
      assert.notEqual(await greeting(port, {}), "hello");
      assert.match((await log.error()).message, /showed no certificate, and this server requires one$/);
      assert.notEqual(await greeting(port, foreign), "hello");
      const named = /^the client 127\.0\.0\.1:\d+ /;
      assert.match((await log.error(2)).message, named);
      assert.match((await log.error(2)).message, /does not lead to an authority of `ca`: .* \(UNABLE_TO_\w+\)$/);
      const expired = certificates.issueClient({ notAfter: new Date(Date.now() - 1_000) });
      assert.notEqual(await greeting(port, expired), "hello");
      assert.match((await log.error(3)).message, named);
      assert.match((await log.error(3)).message, /showed a certificate that has expired: .* \(CERT_HAS_EXPIRED\)$/);
      const early = certificates.issueClient({ notBefore: new Date(Date.now() + 86_400_000) });
      assert.notEqual(await greeting(port, early), "hello");
      assert.match((await log.error(4)).message, /not valid yet: .* \(CERT_NOT_YET_VALID\)$/);
      const large = certificates.issueClient({
        hosts: Array.from({ length: 6_000 }, (_, i) => `host-${i}.of.a.long.name`),
      });
      assert.notEqual(await greeting(port, large), "hello");
      assert.match((await log.error(5)).message, named);
      assert.match((await log.error(5)).message, /sent certificates of more bytes than TLS takes here/);
    }));

  it("requests one: who has none, or a foreign one, is served as nobody", () =>
    listening({ ca, clientCertificate: "request" }, async ({ port, log }) => {
      for (const identity of [{}, foreign, client]) assert.equal(await greeting(port, identity), "hello");
      assert.deepEqual(
        log.peers.map((peer) => peer.subject),
        [undefined, undefined, "CN=test-client"],
      );
    }));

  it("asks for none where it is told so", () =>
    listening({ ca, clientCertificate: "none" }, async ({ port, log }) => {
      assert.equal(await greeting(port, client), "hello");
      assert.equal((await log.peer()).certificate, undefined);
    }));

  it("gives the names in a certificate", () =>
    listening({ ca }, async ({ port, log }) => {
      const named = certificates.issueClient({
        commonName: "a, O=b",
        hosts: ["x.example", "spiffe://td/w", "10.0.0.1"],
      });
      assert.equal(await greeting(port, named), "hello");
      const peer = await log.peer();
      assert.equal(peer.subject, "CN=a\\, O=b");
      assert.deepEqual(peer.subjectAltNames, ["DNS:x.example", "URI:spiffe://td/w", "IP:10.0.0.1"]);
    }));

  it("lets no name smuggle in a second one", () => {
    assert.deepEqual(splitAltNames('DNS:"a, DNS:b", URI:"x\\"y", IP Address:0:0:0:0:0:0:0:1, email:c@d'), [
      "DNS:a, DNS:b",
      'URI:x"y',
      "IP:0:0:0:0:0:0:0:1",
      "email:c@d",
    ]);
    assert.deepEqual(splitAltNames(""), []);
  });
});

describe("listen: TLS options", () => {
  const cases: [TlsServerOptions, RegExp][] = [
    [{ cert: server.cert }, /needs `key` and `cert`/],
    [{ ...server, clientCertificate: "require" }, /give `ca`/],
    [{ ...server, key: certificates.client.key }, /`key` does not belong to `cert`/],
    [{ ...server, cert: "server.pem" }, /`cert` is not PEM with a certificate in it; give the content of the file/],
    [{ ...server, key: Buffer.from("x") }, /`key` is not PEM with a private key in it/],
    [{ ...server, ca: [ca, "ca.pem"] }, /`ca` is not PEM/],
    [{ ...server, ciphers: "NO-SUCH-CIPHER" }, /the TLS options cannot be used: .*cipher/],
  ];
  for (const [tls, message] of cases) {
    it(`refuse what cannot work: ${message.source}`, async () => {
      const pending = listen("127.0.0.1:0", { tls }, { onConnection: () => {}, onError: () => {} });
      await assert.rejects(
        pending,
        (error: unknown) => error instanceof TlsOptionsError && message.test(error.message),
      );
    });
  }
});
