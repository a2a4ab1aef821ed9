import { Channel } from "peregrine";
import { Echo } from "../../test/gen/echo_pb.js";
import { type BenchClient, serveTasks, streamMessages, streamPayloadBytes, unaryPayloadBytes } from "../worker.js";

function connect(port: number): BenchClient {
  const channel = new Channel(`127.0.0.1:${port}`);
  const echo = channel.client(Echo);
  const request = { payload: new Uint8Array(unaryPayloadBytes) };
  const streamRequest = { payload: new Uint8Array(streamPayloadBytes), count: streamMessages };
  return {
    unary: (done) => void echo.unary(request).then(() => done(), done),
    serverStream: (onMessage, done) => {
      const read = async (): Promise<void> => {
        for await (const _ of echo.serverStream(streamRequest)) onMessage();
      };
      read().then(() => done(), done);
    },
    close: () => void channel.close(),
  };
}

serveTasks(connect);
