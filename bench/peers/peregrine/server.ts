import { Server } from "peregrine";
import { Echo } from "../../../test/gen/echo_pb.js";
import { announce, serverTls } from "../serve.js";
import { benchProbe } from "./probe.js";

// Only where a row asks for more streams on a connection than any server would allow.
const streams = process.env["BENCH_STREAMS"];
const probe = await benchProbe();
const server = new Server({
  ...(streams === undefined ? {} : { limits: { concurrentStreamsMax: Number(streams) } }),
  ...(probe === undefined ? {} : { probe }),
});
server.add(Echo, {
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
});
const tls = serverTls();
// As text, which it was alone in revisions that are compared with.
const address = `${await server.listen("127.0.0.1:0", tls === undefined ? {} : { tls })}`;
announce(Number(address.slice(address.lastIndexOf(":") + 1)));
