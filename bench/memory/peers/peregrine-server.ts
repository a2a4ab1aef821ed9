import { Server } from "peregrine";
import { createTestCertificates } from "peregrine/testing";
import { Echo } from "../../../test/gen/echo_pb.js";
import { serve } from "../child.js";

/** Payload of the messages that are streamed without end, in bytes, and how many were asked for. */
let streamedBytes = 0;
let streamed = 0;

const server = new Server({
  limits: { concurrentStreamsMax: 100_000, maxConnections: 50_000, maxTotalCalls: 1_000_000 },
});
server.add(
  Echo,
  {
    unary: ({ payload, text }) => ({ payload, text }),
    *serverStream() {
      for (;;) {
        streamed++;
        yield { payload: new Uint8Array(streamedBytes) };
      }
    },
    // Has made all that a call may need: metadata, a signal with somebody who listens, a timer where there is a deadline.
    clientStream: (_, call) =>
      new Promise((resolve) => {
        const isNone = call.metadata.get("x-none") === undefined;
        call.signal.addEventListener("abort", () => resolve({ count: isNone ? 0 : 1 }));
      }),
    async *bidi(requests) {
      for await (const { payload, text } of requests) yield { payload, text };
    },
  },
  { allowMissing: true },
);

serve({
  listen: async () => {
    const { port } = await server.listen("127.0.0.1:0");
    return port;
  },
  listenTls: async () => {
    const { port } = await server.listen("127.0.0.1:0", { tls: createTestCertificates().server });
    return port;
  },
  /** Connections that are open. */
  sockets: () => process.getActiveResourcesInfo().filter((name) => name === "TCPSocketWrap").length,
  /** Sets the size of streamed messages. */
  size: (bytes) => {
    streamedBytes = bytes ?? 0;
  },
  streamed: () => streamed,
});
