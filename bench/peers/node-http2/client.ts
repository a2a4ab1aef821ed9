import { type ClientHttp2Session, type ClientHttp2Stream, connect as connectHttp2 } from "node:http2";
import type { BenchClient, Endpoint } from "../../client/client.js";
import { serveTasks } from "../../client/serve.js";
import { decodeEcho, decodeSummaryCount, encodeEcho, frame, MessageCutter, servicePath } from "../../client/wire.js";

/** Begins a call; its messages are cut out, its status is looked at, and nothing else. */
function call(
  session: ClientHttp2Session,
  method: string,
  onMessage: (message: Uint8Array) => void,
  done: () => void,
  fail: (error: unknown) => void,
): ClientHttp2Stream {
  const stream = session.request({
    ":method": "POST",
    ":path": `${servicePath}/${method}`,
    "content-type": "application/grpc",
    te: "trailers",
  });
  let status: unknown;
  const cutter = new MessageCutter(onMessage);
  stream.on("data", (chunk: Buffer) => cutter.push(chunk));
  stream.on("trailers", (trailers) => {
    status = trailers["grpc-status"];
  });
  stream.on("error", fail);
  stream.on("end", () => (status === "0" ? done() : fail(new Error(`grpc-status ${status}`))));
  return stream;
}

function writeAll(stream: ClientHttp2Stream, message: Uint8Array, messages: number): void {
  let sent = 0;
  const pump = (): void => {
    while (sent < messages) {
      sent++;
      if (!stream.write(message)) return void stream.once("drain", pump);
    }
    stream.end();
  };
  pump();
}

function connect({ port, ca }: Endpoint): BenchClient {
  const session =
    ca === undefined ? connectHttp2(`http://127.0.0.1:${port}`) : connectHttp2(`https://127.0.0.1:${port}`, { ca });
  return {
    unary: (payload, done) => {
      let echo: Uint8Array = new Uint8Array(0);
      const keep = (message: Uint8Array): void => {
        echo = decodeEcho(message).payload;
      };
      call(session, "Unary", keep, () => done(undefined, echo), done).end(frame(encodeEcho(payload)));
    },
    serverStream: (payload, count, onMessage, done) => {
      const give = (message: Uint8Array): void => onMessage(decodeEcho(message).payload);
      call(session, "ServerStream", give, done, done).end(frame(encodeEcho(payload, count)));
    },
    clientStream: (payload, messages, done) => {
      let count = 0;
      const keep = (message: Uint8Array): void => {
        count = decodeSummaryCount(message);
      };
      const stream = call(session, "ClientStream", keep, () => done(undefined, count), done);
      writeAll(stream, frame(encodeEcho(payload)), messages);
    },
    bidi: (payload, messages, onMessage, done) => {
      const give = (message: Uint8Array): void => onMessage(decodeEcho(message).payload);
      writeAll(call(session, "Bidi", give, done, done), frame(encodeEcho(payload)), messages);
    },
  };
}

serveTasks(connect);
