import { serve } from "./child.js";
import { CrowdConnection } from "./crowd-connection.js";

/** Connections that are being made at a time: the servers' backlog is bounded. */
const connectingMax = 100;

const connections: CrowdConnection[] = [];

/** Does something to each connection, a bounded number at a time. */
async function forAll(
  all: readonly CrowdConnection[],
  act: (connection: CrowdConnection) => Promise<void>,
): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < all.length) await act(all[next++] as CrowdConnection);
  };
  await Promise.all(Array.from({ length: Math.min(connectingMax, all.length) }, worker));
}

/** A process with many bare HTTP/2 connections: what it costs itself does not matter, what it costs the server does. */
serve({
  /** Opens sockets, with HTTP/2 on them unless `http2` is 0. */
  connect: async (port, count, http2) => {
    const made = Array.from({ length: count ?? 0 }, () => new CrowdConnection(port ?? 0, http2 !== 0));
    connections.push(...made);
    await forAll(made, (connection) => connection.connected);
  },
  /** One unary call on each. */
  call: () => forAll(connections, (connection) => connection.call()),
  /** Opens a stream of responses on each, and reads it no further than the windows let it. */
  stall: () => forAll(connections, (connection) => connection.stall()),
  /** Opens streams on each, bidirectional ones that have sent one request, and waits for its answer. */
  open: (perConnection) => forAll(connections, (connection) => connection.open(perConnection ?? 0)),
  /** Ends all streams, and waits for their statuses; answers with how many ended well. */
  finish: async () => {
    let ended = 0;
    await forAll(connections, async (connection) => {
      const count = await connection.finish();
      ended += count;
    });
    return ended;
  },
  /** Closes all sockets. */
  close: () => forAll(connections.splice(0), (connection) => connection.close()),
});
