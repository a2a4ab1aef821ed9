/** Node's own HTTP/2 as the other end, over real sockets: what our two ends agree on by mistake shows here. */
import assert from "node:assert/strict";
import { once } from "node:events";
import http2 from "node:http2";
import net from "node:net";
import { describe, it } from "node:test";
import type { Clock, Timer } from "../base/clock.js";
import type { StreamHandler, TransportStream } from "../base/transport.js";
import { Http2ClientConnection } from "./client-connection.js";
import type { Http2Connection } from "./connection.js";
import type { ConnectionIo } from "./options.js";
import { request, response, trailers } from "./script.testing.js";
import { Http2ServerConnection } from "./server-connection.js";

const clock: Clock = {
  nowMs: () => performance.now(),
  setTimer(delayMs: number, callback: () => void): Timer {
    const timer = setTimeout(callback, delayMs);
    return { cancel: () => clearTimeout(timer) };
  },
};
const options = { clock, random: Math.random };

/** The smallest driver there can be. */
function drive<C extends Http2Connection>(socket: net.Socket, make: (io: ConnectionIo) => C): C {
  const flush = (): void => {
    const output = connection.takeOutput();
    if (output !== undefined && !socket.write(output)) connection.setWritable(false);
  };
  const connection = make({
    wake: () => void setImmediate(flush),
    close: () =>
      void setImmediate(() => {
        flush();
        socket.end();
      }),
    setReading: (reading) => void (reading ? socket.resume() : socket.pause()),
  });
  socket.on("data", (chunk) => connection.receive(chunk));
  socket.on("drain", () => connection.setWritable(true));
  socket.on("end", () => connection.receiveEnd());
  socket.on("error", (error) => connection.receiveError(error.message));
  connection.start();
  return connection;
}

async function listen(server: net.Server | http2.Http2Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as net.AddressInfo).port;
}

/** Sends back what comes, and the count of it as a trailer. */
function echo(stream: TransportStream): StreamHandler {
  let count = 0;
  stream.sendHeaders(response, false);
  return {
    onHeaders() {},
    onReset: () => stream.release(),
    onWritable() {},
    onData(data, endStream) {
      count += data.length;
      stream.consume(data.length);
      stream.sendData(data, false);
      if (endStream) stream.sendHeaders([...trailers, "count", `${count}`], true);
    },
  };
}

const body = Buffer.from(Uint8Array.from({ length: 1_500_000 }, (_, i) => i % 251));

describe("with node:http2 at the other end", () => {
  it("our server echoes what Node's client sends, on many streams at once", async () => {
    const server = net.createServer((socket) => {
      const peer = { address: "test", secure: false };
      drive(socket, (io) => new Http2ServerConnection(options, io, { onStream: echo }, peer, {}));
    });
    const client = http2.connect(`http://127.0.0.1:${await listen(server)}`);
    const call = async (size: number): Promise<void> => {
      const stream = client.request({ ":method": "POST", ":path": "/a.B/C", te: "trailers" });
      stream.end(body.subarray(0, size));
      const chunks: Buffer[] = [];
      let seen: http2.IncomingHttpHeaders = {};
      stream.on("trailers", (headers) => {
        seen = headers;
      });
      for await (const chunk of stream) chunks.push(chunk as Buffer);
      assert.ok(Buffer.concat(chunks).equals(body.subarray(0, size)));
      assert.equal(seen["count"], `${size}`);
      assert.equal(seen["grpc-status"], "0");
    };
    await Promise.all(Array.from({ length: 50 }, (_, i) => call(1 + i * 1_000)));
    await Promise.all([call(body.length), call(300_000), call(1)]);
    client.close();
    await once(client, "close");
    server.close();
    await once(server, "close");
  });

  it("our client gets back what it sends to Node's server", async () => {
    const server = http2.createServer();
    server.on("stream", (stream) => {
      stream.respond({ ":status": 200 }, { waitForTrailers: true });
      stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
      stream.pipe(stream);
    });
    const socket = net.connect(await listen(server), "127.0.0.1");
    await once(socket, "connect");
    const client = drive(socket, (io) => new Http2ClientConnection(options, io, {}));
    const call = (size: number): Promise<void> =>
      new Promise((resolve, reject) => {
        const chunks: Buffer[] = [];
        const stream = client.openStream(request, false, {
          onHeaders(headers, endStream) {
            if (!endStream) return;
            const same = Buffer.concat(chunks).equals(body.subarray(0, size)) && headers.includes("grpc-status");
            if (same) resolve();
            else reject(new Error(`wrong echo of ${size} bytes`));
          },
          onData(data) {
            chunks.push(Buffer.from(data));
            stream?.consume(data.length);
          },
          onReset: (failure) => reject(new Error(failure.message)),
          onWritable() {},
        });
        stream?.sendData(body.subarray(0, size), true);
      });
    await Promise.all(Array.from({ length: 50 }, (_, i) => call(1 + i * 1_000)));
    await Promise.all([call(body.length), call(300_000), call(1)]);
    client.drain();
    await once(socket, "close");
    server.close();
    await once(server, "close");
  });
});
