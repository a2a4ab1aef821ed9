import { credentials } from "@grpc/grpc-js";
import type { BenchClient, Endpoint } from "../../client/client.js";
import { serveTasks } from "../../client/serve.js";
import { loadEcho } from "./echo.js";

interface RequestWriter {
  write(request: { payload: Uint8Array }): boolean;
  once(event: "drain", listener: () => void): unknown;
  end(): void;
}

/** Writes until the stream says that it is full, and goes on when it has drained. */
function writeAll(stream: RequestWriter, payload: Uint8Array, messages: number): void {
  let sent = 0;
  const pump = (): void => {
    while (sent < messages) {
      sent++;
      if (!stream.write({ payload })) return void stream.once("drain", pump);
    }
    stream.end();
  };
  pump();
}

function connect({ port, ca }: Endpoint): BenchClient {
  const Echo = loadEcho();
  const secure = ca === undefined ? credentials.createInsecure() : credentials.createSsl(ca);
  const echo = new Echo(`127.0.0.1:${port}`, secure);
  return {
    unary: (payload, done) => echo.unary({ payload }, (error, response) => done(error, response?.payload)),
    serverStream: (payload, count, onMessage, done) => {
      const stream = echo.serverStream({ payload, count });
      stream.on("data", (response: { payload: Uint8Array }) => onMessage(response.payload));
      stream.on("error", done);
      stream.on("end", () => done());
    },
    clientStream: (payload, count, done) => {
      const stream = echo.clientStream((error, summary) => done(error, summary?.count));
      writeAll(stream, payload, count);
    },
    bidi: (payload, count, onMessage, done) => {
      const stream = echo.bidi();
      stream.on("data", (response: { payload: Uint8Array }) => onMessage(response.payload));
      stream.on("error", done);
      stream.on("end", () => done());
      writeAll(stream, payload, count);
    },
  };
}

serveTasks(connect);
