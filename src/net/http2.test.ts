import assert from "node:assert/strict";
import { once } from "node:events";
import { connect as connectHttp2 } from "node:http2";
import { connect, type Socket } from "node:net";
import { describe, it } from "node:test";
import type { PeerInfo, StreamHandler, TransportFailure, TransportStream } from "../base/transport.js";
import { Http2ServerConnection } from "../http2/server-connection.js";
import { createTestCertificates } from "../testing/index.js";
import { listen } from "./listen.js";
import { systemRandom } from "./random.js";
import { driveSocket } from "./socket-driver.js";
import { SystemClock } from "./system-clock.js";
import type { TlsServerOptions } from "./tls-options.js";

/** Answers with as many bytes as the path says. */
function answer(stream: TransportStream, path: string): StreamHandler {
  let rest = Number(path.slice(1));
  stream.sendHeaders([":status", "200"], rest === 0);
  const send = (): void => {
    while (rest > 0) {
      const size = Math.min(rest, 65_536);
      rest -= size;
      if (!stream.sendData(Buffer.alloc(size, 97), rest === 0)) return;
    }
  };
  send();
  return { onHeaders() {}, onData() {}, onReset() {}, onWritable: send };
}

interface Served {
  readonly target: string;
  readonly failures: TransportFailure[];
  readonly faults: unknown[];
}

async function serving(tls: TlsServerOptions | undefined, test: (served: Served) => Promise<void>): Promise<void> {
  const clock = new SystemClock();
  const faults: unknown[] = [];
  const failures: TransportFailure[] = [];
  const closed: Promise<void>[] = [];
  const onFault = (fault: unknown): void => void faults.push(fault);
  const accept = (socket: Socket, peer: PeerInfo): void => {
    closed.push(new Promise((resolve) => socket.once("close", () => resolve())));
    driveSocket(socket, { clock, onFault }, (io) => {
      const acceptor = {
        onStream: (stream: TransportStream, headers: readonly string[]): StreamHandler =>
          answer(stream, headers[headers.indexOf(":path") + 1] ?? "/0"),
      };
      const observer = { onClosed: (failure: TransportFailure): void => void failures.push(failure), onError: onFault };
      return new Http2ServerConnection({ clock, random: systemRandom }, io, acceptor, peer, observer);
    });
  };
  const listener = await listen("localhost:0", { tls }, { onConnection: accept, onError: onFault });
  try {
    await test({ target: `${listener.address}`, failures, faults });
  } finally {
    listener.close();
    await Promise.all(closed);
  }
  assert.deepEqual(faults, []);
  assert.equal(await listener.countSockets(), 0);
}

describe("an HTTP/2 server connection on a socket", () => {
  const { ca, server } = createTestCertificates();
  for (const [scheme, tls] of [
    ["http", undefined],
    ["https", server],
  ] as const) {
    it(`answers Node's client over ${scheme}, also more than the socket takes at once`, () =>
      serving(tls, async ({ target, failures }) => {
        const session = connectHttp2(`${scheme}://${target}`, { ca, servername: "localhost" });
        const sizes = [0, 1, 100_000, 5_000_000];
        const bodies = sizes.map(async (size) => {
          let length = 0;
          for await (const chunk of session.request({ ":path": `/${size}` })) length += (chunk as Buffer).length;
          return length;
        });
        assert.deepEqual(await Promise.all(bodies), sizes);
        session.close();
        await once(session, "close");
        assert.ok(failures.length <= 1);
      }));
  }

  it("says GOAWAY to a peer that speaks something else, and closes", () =>
    serving(undefined, async ({ target, failures }) => {
      const colon = target.lastIndexOf(":");
      const socket = connect({
        host: target.slice(0, colon).replace(/[[\]]/g, ""),
        port: Number(target.slice(colon + 1)),
      });
      socket.on("error", () => {});
      socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
      const ended = once(socket, "end");
      socket.resume();
      await ended;
      assert.equal(failures.length, 1);
    }));
});
