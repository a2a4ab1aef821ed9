import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import type { TransportFailure } from "../../../src/base/transport.js";
import { Http2ClientConnection } from "../../../src/http2/client-connection.js";
import { Recorder } from "../../../src/http2/script.testing.js";
import { dial } from "../../../src/net/dial.js";
import { systemRandom } from "../../../src/net/random.js";
import { driveSocket } from "../../../src/net/socket-driver.js";
import { SystemClock } from "../../../src/net/system-clock.js";
import { prepareClientTls, type TlsClientOptions } from "../../../src/net/tls-options.js";

/** A client of ours below gRPC, and what it heard of its one request. */
export interface HelloClient {
  readonly request: Recorder;
  readonly faults: readonly unknown[];
  /** Gives what the connection ended with. */
  readonly closed: Promise<TransportFailure>;
}

/**
 * Our HTTP/2 as the smallest web client: connects, and sends `GET /` once the server's SETTINGS have come.
 *
 * @param tls undefined for plaintext
 */
export function startHelloClient(port: number, tls?: TlsClientOptions): HelloClient {
  const clock = new SystemClock();
  const faults: unknown[] = [];
  const onFault = (fault: unknown): void => void faults.push(fault);
  const request = new Recorder();
  const options = { clock, connectTimeoutMs: 5_000, tls: tls === undefined ? undefined : prepareClientTls(tls) };
  const list = [
    ":method",
    "GET",
    ":scheme",
    tls === undefined ? "http" : "https",
    ":path",
    "/",
    ":authority",
    "127.0.0.1",
  ];
  const closed = new Promise<TransportFailure>((resolve, reject) => {
    dial({ host: "127.0.0.1", port }, options, {
      onConnected(socket) {
        const connection = driveSocket(socket, { clock, closeTimeoutMs: 100, onFault }, (io) => {
          const onReady = (): void => {
            request.stream = connection.openStream(list, true, request);
          };
          const observer = { onReady, onClosed: resolve, onError: onFault };
          // No PINGs that measure: h2specd takes any PING for the answer to its own.
          return new Http2ClientConnection({ clock, random: systemRandom, windowBytesMax: 0 }, io, observer);
        });
      },
      onFailed: (failure) => reject(new Error(failure.message)),
    });
  });
  return { request, faults, closed };
}

/** Waits for the connection of one client of ours. */
export async function acceptOne(): Promise<{
  port: number;
  accepted: Promise<Socket>;
  close(): void;
}> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const accepted = once(server, "connection").then(([socket]) => socket as Socket);
  return { port: (server.address() as AddressInfo).port, accepted, close: () => void server.close() };
}
