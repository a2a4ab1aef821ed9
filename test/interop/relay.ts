import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/**
 * A TCP relay in front of a server that counts bytes. What a client sends compressed is seen here for what it is,
 * whatever either end says of itself.
 */
export interface Relay {
  readonly port: number;
  /** Bytes from the client to the server since the start. */
  sentBytes(): number;
  /** Bytes from the server to the client since the start. */
  receivedBytes(): number;
  close(): Promise<void>;
}

export async function startRelay(host: string, port: number): Promise<Relay> {
  let sent = 0;
  let received = 0;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(port, host);
    for (const [from, to, count] of [
      [client, upstream, (n: number) => (sent += n)],
      [upstream, client, (n: number) => (received += n)],
    ] as const) {
      sockets.add(from);
      from.on("data", (chunk) => count(chunk.length));
      from.on("error", () => to.destroy());
      from.on("close", () => sockets.delete(from));
      from.pipe(to);
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    sentBytes: () => sent,
    receivedBytes: () => received,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
