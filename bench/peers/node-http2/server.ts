import { createSecureServer, createServer, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo } from "node:net";
import { decodeEcho, encodeEcho, encodeSummary, frame, MessageCutter, servicePath } from "../../client/wire.js";
import { announce, serverTls } from "../serve.js";

/** No gRPC: messages are cut out of bodies and answered with bytes made by hand. What `node:http2` alone can do. */
const headers = { ":status": 200, "content-type": "application/grpc" };
const trailers = { "grpc-status": "0" };

function respond(stream: ServerHttp2Stream): void {
  stream.respond(headers, { waitForTrailers: true });
  stream.on("wantTrailers", () => stream.sendTrailers(trailers));
}

function collect(stream: ServerHttp2Stream, onBody: (body: Buffer) => void): void {
  const chunks: Buffer[] = [];
  stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  stream.on("end", () => onBody(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)));
}

/** A request is, byte for byte, the response that echoes it. */
function unary(stream: ServerHttp2Stream): void {
  collect(stream, (body) => {
    respond(stream);
    stream.end(body);
  });
}

function serverStream(stream: ServerHttp2Stream): void {
  collect(stream, (body) => {
    const { payload, count } = decodeEcho(body.subarray(5));
    const message = frame(encodeEcho(payload));
    respond(stream);
    let sent = 0;
    const pump = (): void => {
      while (sent++ < count) if (!stream.write(message)) return void stream.once("drain", pump);
      stream.end();
    };
    pump();
  });
}

function clientStream(stream: ServerHttp2Stream): void {
  let count = 0;
  let bytes = 0;
  const cutter = new MessageCutter((message) => {
    count++;
    bytes += message.length;
  });
  stream.on("data", (chunk: Buffer) => cutter.push(chunk));
  stream.on("end", () => {
    respond(stream);
    stream.end(frame(encodeSummary(count, bytes)));
  });
}

function bidi(stream: ServerHttp2Stream): void {
  respond(stream);
  let full = false;
  const cutter = new MessageCutter((message) => {
    full = !stream.write(frame(message)) || full;
  });
  stream.on("data", (chunk: Buffer) => {
    cutter.push(chunk);
    if (full) stream.pause();
  });
  stream.on("drain", () => {
    full = false;
    stream.resume();
  });
  stream.on("end", () => stream.end());
}

const methods = new Map<string, (stream: ServerHttp2Stream) => void>([
  [`${servicePath}/Unary`, unary],
  [`${servicePath}/ServerStream`, serverStream],
  [`${servicePath}/ClientStream`, clientStream],
  [`${servicePath}/Bidi`, bidi],
]);

const tls = serverTls();
const server = tls === undefined ? createServer() : createSecureServer(tls);
server.on("stream", (stream: ServerHttp2Stream, requestHeaders) => {
  stream.on("error", () => {});
  methods.get(requestHeaders[":path"] ?? "")?.(stream);
});
server.listen(0, "127.0.0.1", () => announce((server.address() as AddressInfo).port));
