import { startRelay } from "../../test/interop/relay.js";
import { smallBytes } from "../client/task.js";
import type { Row } from "./row.js";

/** Everything counts that crosses the connection, acknowledgements and PINGs too. */
const wireBytes: Row = {
  name: "wire-bytes",
  group: "pair",
  figures: [
    {
      name: "wire-bytes",
      title: "both ways, 1 in flight",
      unit: "bytes/call on the wire",
      better: "lower",
      targets: [],
    },
  ],
  speaks: ["grpc", "http1"],
  needs: "client",
  warmsUp: false,
  roundsMax: 1,
  measure: async (peer, { durationMs }) => {
    const { port } = await peer.server(false);
    const relay = await startRelay("127.0.0.1", port);
    try {
      const task = { kind: "unary", payloadBytes: smallBytes, inFlight: 1, messages: 1, durationMs } as const;
      // What is sent once for a connection is not part of a call.
      await peer.run({ ...task, durationMs: 10 }, false, relay.port);
      const before = relay.sentBytes() + relay.receivedBytes();
      const { operations } = await peer.run(task, false, relay.port);
      return [(relay.sentBytes() + relay.receivedBytes() - before) / operations];
    } finally {
      await relay.close();
    }
  },
};

export const wireBytesRows: readonly Row[] = [wireBytes];
