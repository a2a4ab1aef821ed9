import { createSecureServer, createServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { Echo } from "../../../test/gen/echo_pb.js";
import { announce, serverTls } from "../serve.js";

const handler = connectNodeAdapter({
  routes: (router) =>
    router.service(Echo, {
      unary: ({ payload, text }) => ({ payload, text }),
      async *serverStream({ payload, text, count }) {
        for (let index = 0; index < count; index++) yield { payload, text, index };
      },
      async clientStream(requests) {
        let count = 0;
        let bytes = 0;
        for await (const { payload } of requests) {
          count++;
          bytes += payload.length;
        }
        return { count, payloadBytes: BigInt(bytes) };
      },
      async *bidi(requests) {
        for await (const { payload, text } of requests) yield { payload, text };
      },
    }),
});
const tls = serverTls();
const server = tls === undefined ? createServer(handler) : createSecureServer(tls, handler);
server.listen(0, "127.0.0.1", () => announce((server.address() as AddressInfo).port));
