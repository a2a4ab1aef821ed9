import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import type { PeerInfo } from "../base/transport.js";
import type { ConnectionIo } from "../http2/options.js";
import { createTestCertificates } from "../testing/index.js";
import type { SocketAddress } from "./address.js";
import { dial } from "./dial.js";
import type { DialFailure } from "./dial-errors.js";
import { readMemory } from "./lent-reads.js";
import { listen } from "./listen.js";
import { driveSocket, type Engine } from "./socket-driver.js";
import { SystemClock } from "./system-clock.js";
import { type ClientTls, prepareClientTls, type TlsServerOptions } from "./tls-options.js";

/** What is sent: bytes that come in another order, or twice, are noticed. */
function byteAt(index: number): number {
  return index % 251;
}

/** Sends back what it gets; collects it where it is a client. */
class EchoEngine implements Engine {
  closed: boolean = false;
  receivedBytes: number = 0;
  lentBytes: number = 0;
  readonly ended: Promise<string>;
  readonly #io: ConnectionIo;
  readonly #echo: boolean;
  readonly #goalBytes: number;
  #output: Uint8Array[] = [];
  #end: (message: string) => void = () => {};

  constructor(io: ConnectionIo, echo: boolean, goalBytes: number) {
    this.#io = io;
    this.#echo = echo;
    this.#goalBytes = goalBytes;
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  start(): void {
    if (!this.#echo) this.#send(Uint8Array.from({ length: this.#goalBytes }, (_, index) => byteAt(index)));
  }

  receive(chunk: Uint8Array, lent: boolean): void {
    const from = this.receivedBytes;
    this.receivedBytes += chunk.length;
    if (lent) this.lentBytes += chunk.length;
    assert.ok(chunk.every((byte, index) => byte === byteAt(from + index)));
    if (this.#echo) this.#send(lent ? chunk.slice() : chunk);
    else if (this.receivedBytes === this.#goalBytes) this.#finish("done");
  }

  receiveEnd(): void {
    this.#finish("end");
  }

  receiveError(message: string): void {
    this.closed = true;
    this.#end(message);
  }

  takeOutput(): Uint8Array | undefined {
    return this.#output.length === 0 ? undefined : Buffer.concat(this.#output.splice(0));
  }

  setWritable(_writable: boolean): void {}

  #send(bytes: Uint8Array): void {
    this.#output.push(bytes);
    this.#io.wake();
  }

  #finish(how: string): void {
    this.closed = true;
    this.#io.close(false);
    this.#end(how);
  }
}

const certificates = createTestCertificates();
const { ca, server, client } = certificates;
const folder = mkdtempSync(join(tmpdir(), "net-"));
after(() => rmSync(folder, { recursive: true }));

function connected(
  address: SocketAddress,
  tls: ClientTls | undefined,
  drive: (socket: Socket) => EchoEngine,
): Promise<EchoEngine> {
  return new Promise((resolve, reject) => {
    dial(
      address,
      { clock: new SystemClock(), connectTimeoutMs: 5_000, tls },
      {
        onConnected: (socket: Socket, _peer: PeerInfo) => resolve(drive(socket)),
        onFailed: (failure: DialFailure) => reject(new Error(failure.message)),
      },
    );
  });
}

/** One connection through all of this folder: what the client's and the server's engine heard at the end. */
async function exchange(
  target: string,
  byteCount: number,
  serverTls?: TlsServerOptions,
  clientTls?: ClientTls,
): Promise<{ ends: [string, string]; errors: Error[]; lentBytes: [number, number] }> {
  const clock = new SystemClock();
  const errors: Error[] = [];
  const options = { clock, onFault: (fault: unknown): void => void errors.push(fault as Error) };
  let closedCount = 0;
  let allClosed: () => void = () => {};
  const drive = (socket: Socket, echo: boolean): EchoEngine => {
    closedCount--;
    socket.once("close", () => {
      if (++closedCount === 0) allClosed();
    });
    return driveSocket(socket, options, (io) => new EchoEngine(io, echo, byteCount));
  };
  let serverEnd = Promise.resolve("never connected");
  let serverEngine: EchoEngine | undefined;
  const listener = await listen(
    target,
    { tls: serverTls },
    {
      onConnection: (socket) => {
        serverEngine = drive(socket, true);
        serverEnd = serverEngine.ended;
      },
      onError: (error) => errors.push(error),
    },
  );
  const bound = `${listener.address}`;
  const address = bound.startsWith("unix:")
    ? { path: bound.slice(5) }
    : { host: "127.0.0.1", port: Number(bound.split(":").at(-1)) };
  const done = new Promise<void>((resolve) => {
    allClosed = resolve;
  });
  const engine = await connected(address, clientTls, (socket) => drive(socket, false));
  const clientEnd = await engine.ended;
  const ends: [string, string] = [clientEnd, await serverEnd];
  await done;
  listener.close();
  while ((await listener.countSockets()) > 0) await new Promise(setImmediate);
  return { ends, errors, lentBytes: [engine.lentBytes, serverEngine?.lentBytes ?? 0] };
}

describe("dial, listen and the driver together", () => {
  const tls: TlsServerOptions = { ...server, ca };
  const trusting = prepareClientTls({ ca, ...client });
  const kinds: [string, string, TlsServerOptions | undefined, ClientTls | undefined][] = [
    ["TCP", "127.0.0.1:0", undefined, undefined],
    ["a Unix socket", `unix:${join(folder, "plain.sock")}`, undefined, undefined],
    ["mutual TLS", "127.0.0.1:0", tls, trusting],
    ["mutual TLS over a Unix socket", `unix:${join(folder, "tls.sock")}`, tls, trusting],
  ];
  for (const [name, target, serverTls, clientTls] of kinds) {
    for (const byteCount of [11, 3_000_000]) {
      it(`carry ${byteCount} bytes both ways over ${name}`, async () => {
        const { ends, errors, lentBytes } = await exchange(target, byteCount, serverTls, clientTls);
        assert.deepEqual(ends, ["done", "end"]);
        assert.deepEqual(errors, []);
        const lends = readMemory() !== undefined;
        // At the server too: a Node that keeps the option elsewhere is to be noticed here.
        for (const count of lentBytes) assert.equal(count > byteCount / 2, lends, `${lentBytes}`);
      });
    }
  }

  it("tell a TLS 1.3 client, which learns it last, that a certificate is required", async () => {
    const { ends, errors } = await exchange("127.0.0.1:0", 11, tls, prepareClientTls({ ca }));
    assert.match(ends[0], /the peer requires a client certificate and got none|was reset by the peer/);
    assert.equal(ends[1], "never connected");
    assert.match(errors[0]?.message ?? "", /showed no certificate, and this server requires one/);
  });
});
