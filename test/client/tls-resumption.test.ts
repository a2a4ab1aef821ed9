import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { TLSSocket } from "node:tls";
import { Channel, type ChannelOptions, Server } from "../../src/index.js";
import { type Network, systemNetwork } from "../../src/net/network.js";
import { createTestCertificates } from "../../src/testing/index.js";
import { Echo } from "../gen/echo_pb.js";

const certificates = createTestCertificates();
/** Ciphers of TLS 1.2 alone make a connection of that version. */
const versions = [
  ["TLSv1.2", "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES128-GCM-SHA256"],
  ["TLSv1.3", undefined],
] as const;

/** A connection: its socket, whether it has resumed a session, and the certificate of its server. */
interface Connected {
  readonly socket: TLSSocket;
  readonly resumed: boolean;
  readonly certificate: Uint8Array | undefined;
}

/** The machine's network, which keeps what was connected. */
function watched(sockets: Connected[]): Network {
  return {
    ...systemNetwork,
    dial: (address, options, handler) =>
      systemNetwork.dial(address, options, {
        ...handler,
        onFailed: (failure) => handler.onFailed(failure),
        onConnected(socket, peer) {
          const { certificate } = peer;
          sockets.push({ socket: socket as TLSSocket, resumed: (socket as TLSSocket).isSessionReused(), certificate });
          handler.onConnected(socket, peer);
        },
      }),
  };
}

/** A server that says who called. */
async function startServer(): Promise<{ server: Server; address: string }> {
  const server = new Server();
  server.add(Echo, {
    unary: (_, { peer }) => ({ text: peer.subject ?? "nobody" }),
    serverStream: () => [],
    clientStream: () => ({}),
    bidi: () => [],
  });
  const tls = { ...certificates.server, ca: certificates.ca };
  return { server, address: `${await server.listen("127.0.0.1:0", { tls })}` };
}

/** Calls over so many connections, one after the other; gives which of them had resumed a session. */
async function connectAgain(channel: Channel, sockets: Connected[], count: number): Promise<boolean[]> {
  const echo = channel.client(Echo);
  for (let i = 0; i < count; i++) {
    const { text } = await echo.unary({}, { waitForReady: true, timeoutMs: 20_000 });
    assert.match(text, /CN=/, "the server knows the client by its certificate, also in a resumed session");
    const ended = channel.waitForStateChange("READY");
    sockets.at(-1)?.socket.destroy();
    await ended;
  }
  const connected = sockets.splice(0);
  for (const { certificate } of connected) assert.deepEqual(certificate, connected[0]?.certificate);
  assert.ok((connected[0]?.certificate?.length ?? 0) > 100, "the server's certificate is known in each");
  return connected.map(({ resumed }) => resumed);
}

const clientTls = { ca: certificates.ca, ...certificates.client };

for (const [version, ciphers] of versions) {
  describe(version, () => {
    const tls = ciphers === undefined ? clientTls : { ...clientTls, ciphers };

    test("each connection of a channel after the first resumes its session; another channel does not", async () => {
      const { server, address } = await startServer();
      for (let channels = 0; channels < 2; channels++) {
        const sockets: Connected[] = [];
        await using channel = new Channel(address, { tls, network: watched(sockets), backoff: { initialMs: 1 } });
        const reused = await connectAgain(channel, sockets, 6);
        assert.deepEqual(reused, [false, true, true, true, true, true]);
      }
      await server.close({ graceMs: 0 });
    });

    test("a check of the server's identity is asked in resumed sessions too, and its refusal ends the session", async () => {
      const { server, address } = await startServer();
      const sockets: Connected[] = [];
      let refuses = false;
      let asked = 0;
      const options: ChannelOptions = {
        tls: {
          ...tls,
          checkServerIdentity: (_, certificate) => {
            asked++;
            assert.match(String(certificate.subjectaltname), /localhost/);
            return refuses ? new Error("revoked") : undefined;
          },
        },
        network: watched(sockets),
        backoff: { initialMs: 1, maxMs: 1 },
      };
      await using channel = new Channel(address, options);
      assert.deepEqual(await connectAgain(channel, sockets, 2), [false, true]);
      assert.equal(asked, 2);
      refuses = true;
      await assert.rejects(channel.client(Echo).unary({}), /UNAVAILABLE|revoked/);
      refuses = false;
      assert.deepEqual(await connectAgain(channel, sockets, 2), [false, true]);
      await server.close({ graceMs: 0 });
    });

    test("a server that does not know the session any more makes a new one", async () => {
      const first = await startServer();
      const sockets: Connected[] = [];
      await using channel = new Channel(first.address, { tls, network: watched(sockets), backoff: { initialMs: 1 } });
      await connectAgain(channel, sockets, 1);
      await first.server.close({ graceMs: 0 });
      // With other keys for its tickets.
      const second = new Server();
      second.add(Echo, {
        unary: () => ({ text: "CN=any" }),
        serverStream: () => [],
        clientStream: () => ({}),
        bidi: () => [],
      });
      await second.listen(first.address, { tls: { ...certificates.server, ca: certificates.ca } });
      assert.deepEqual(await connectAgain(channel, sockets, 2), [false, true]);
      await second.close({ graceMs: 0 });
    });
  });
}
