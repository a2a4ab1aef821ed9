import { ServerCredentials } from "@grpc/grpc-js";
import { createServer } from "nice-grpc";
import type { EchoRequest, EchoResponse, EchoSummary } from "../grpc-js/echo.js";
import { announce, serverTls } from "../serve.js";
import { echoDefinition } from "./echo.js";

const nothing = new Uint8Array(0);

const server = createServer();
server.add(echoDefinition, {
  unary: async ({ payload = nothing, text = "" }: EchoRequest): Promise<EchoResponse> => ({ payload, text, index: 0 }),
  async *serverStream({ payload = nothing, text = "", count = 0 }: EchoRequest): AsyncGenerator<EchoResponse> {
    for (let index = 0; index < count; index++) yield { payload, text, index };
  },
  async clientStream(requests: AsyncIterable<EchoRequest>): Promise<EchoSummary> {
    let count = 0;
    let payloadBytes = 0;
    for await (const { payload = nothing } of requests) {
      count++;
      payloadBytes += payload.length;
    }
    return { count, payloadBytes };
  },
  async *bidi(requests: AsyncIterable<EchoRequest>): AsyncGenerator<EchoResponse> {
    for await (const { payload = nothing, text = "" } of requests) yield { payload, text, index: 0 };
  },
});
const tls = serverTls();
const credentials =
  tls === undefined
    ? ServerCredentials.createInsecure()
    : ServerCredentials.createSsl(null, [{ private_key: tls.key, cert_chain: tls.cert }]);
announce(await server.listen("127.0.0.1:0", credentials));
