import type { Socket } from "node:net";
import type { HeaderList, StreamHandler, TransportStream } from "../../../src/base/transport.js";
import { Http2ServerConnection } from "../../../src/http2/server-connection.js";
import { listen } from "../../../src/net/listen.js";
import { systemRandom } from "../../../src/net/random.js";
import { driveSocket } from "../../../src/net/socket-driver.js";
import { SystemClock } from "../../../src/net/system-clock.js";
import type { TlsServerOptions } from "../../../src/net/tls-options.js";

/** The body of each answer. */
export const body: string = "Hello from a server that knows HTTP/2 and no gRPC.";

/** A server of ours below gRPC. */
export interface HelloServer {
  readonly port: number;
  /** Mistakes of ours that were noticed: always none, or a test fails. */
  readonly faults: readonly unknown[];
  close(): void;
}

/**
 * Our HTTP/2 with the smallest web server on top: each request is answered with 200 and a body once it is complete, a HEAD without
 * the body, and `/early` before the request's body has come. gRPC would refuse most requests that specifications of HTTP/2 are
 * tested with.
 */
export async function startHelloServer(tls?: TlsServerOptions): Promise<HelloServer> {
  const clock = new SystemClock();
  const sockets = new Set<Socket>();
  const faults: unknown[] = [];
  const onFault = (fault: unknown): void => void faults.push(fault);
  const acceptor = { onStream: answer };
  const listener = await listen(
    "127.0.0.1:0",
    { tls },
    {
      onConnection(socket, peer) {
        sockets.add(socket);
        socket.once("close", () => sockets.delete(socket));
        driveSocket(socket, { clock, onFault }, (io) => {
          const options = { clock, random: systemRandom };
          return new Http2ServerConnection(options, io, acceptor, peer, { onError: onFault });
        });
      },
      onError: () => undefined,
    },
  );
  return {
    port: listener.address.port,
    faults,
    close() {
      listener.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

function answer(stream: TransportStream, headers: HeaderList, endStream: boolean): StreamHandler {
  const field = (name: string): string => headers[headers.indexOf(name) + 1] ?? "";
  const respond = (): void => {
    const head = field(":method") === "HEAD";
    stream.sendHeaders([":status", "200", "content-length", String(body.length)], head);
    if (!head) stream.sendData(Buffer.from(body), true);
    stream.release();
  };
  if (endStream || field(":path") === "/early") respond();
  return {
    onHeaders: () => respond(),
    onData(data, isLast) {
      stream.consume(data.length);
      if (isLast) respond();
    },
    onReset: () => stream.release(),
    onWritable: () => undefined,
  };
}
