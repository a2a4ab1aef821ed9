import { credentials } from "@grpc/grpc-js";
import { type BenchClient, serveTasks, streamMessages, streamPayloadBytes, unaryPayloadBytes } from "../worker.js";
import { loadEcho } from "./grpc-js-echo.js";

function connect(port: number): BenchClient {
  const Echo = loadEcho();
  const echo = new Echo(`127.0.0.1:${port}`, credentials.createInsecure());
  const request = { payload: new Uint8Array(unaryPayloadBytes) };
  const streamRequest = { payload: new Uint8Array(streamPayloadBytes), count: streamMessages };
  return {
    unary: (done) => echo.unary(request, (error) => done(error)),
    serverStream: (onMessage, done) => {
      const stream = echo.serverStream(streamRequest);
      stream.on("data", onMessage);
      stream.on("error", done);
      stream.on("end", () => done());
    },
    close: () => echo.close(),
  };
}

serveTasks(connect);
