import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import type { HeaderList, TransportFailure } from "../../../src/base/transport.js";
import { Http2ClientConnection } from "../../../src/http2/client-connection.js";
import { Recorder } from "../../../src/http2/script.testing.js";
import { dial } from "../../../src/net/dial.js";
import { systemRandom } from "../../../src/net/random.js";
import { driveSocket } from "../../../src/net/socket-driver.js";
import { SystemClock } from "../../../src/net/system-clock.js";

const get: HeaderList = [":method", "GET", ":scheme", "http", ":path", "/", ":authority", "127.0.0.1"];

/** A client of ours below gRPC, and what it heard of its one request. */
export interface HelloClient {
  readonly request: Recorder;
  /** How its connection ended; undefined while it has not. */
  readonly failure: () => TransportFailure | undefined;
  readonly faults: readonly unknown[];
}

/** Our HTTP/2 as the smallest web client: connects, and sends `GET /` once the server's SETTINGS have come. */
export function startHelloClient(port: number): HelloClient {
  const clock = new SystemClock();
  const faults: unknown[] = [];
  const onFault = (fault: unknown): void => void faults.push(fault);
  const request = new Recorder();
  let failure: TransportFailure | undefined;
  dial(
    { host: "127.0.0.1", port },
    { clock, connectTimeoutMs: 5_000 },
    {
      onConnected(socket) {
        const connection = driveSocket(socket, { clock, onFault }, (io) => {
          const onReady = (): void => {
            request.stream = connection.openStream(get, true, request);
          };
          const onClosed = (reason: TransportFailure): void => {
            failure = reason;
          };
          return new Http2ClientConnection({ clock, random: systemRandom }, io, {
            onReady,
            onClosed,
            onError: onFault,
          });
        });
      },
      onFailed: onFault,
    },
  );
  return { request, failure: () => failure, faults };
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
