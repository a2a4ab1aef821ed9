import {
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServerReadableStream,
  type ServerUnaryCall,
  type ServerWritableStream,
  type sendUnaryData,
} from "@grpc/grpc-js";
import { announce, serverTls } from "../serve.js";
import { type EchoRequest, type EchoResponse, type EchoSummary, loadEcho } from "./echo.js";

function unary(call: ServerUnaryCall<EchoRequest, EchoResponse>, callback: sendUnaryData<EchoResponse>): void {
  const { payload = new Uint8Array(0), text = "" } = call.request;
  callback(null, { payload, text, index: 0 });
}

/** Writes until the stream says that it is full, and goes on when it has drained. */
function serverStream(call: ServerWritableStream<EchoRequest, EchoResponse>): void {
  const { payload = new Uint8Array(0), text = "", count = 0 } = call.request;
  let index = 0;
  const pump = (): void => {
    while (index < count) if (!call.write({ payload, text, index: index++ })) return void call.once("drain", pump);
    call.end();
  };
  pump();
}

function clientStream(
  call: ServerReadableStream<EchoRequest, EchoSummary>,
  callback: sendUnaryData<EchoSummary>,
): void {
  let count = 0;
  let payloadBytes = 0;
  call.on("data", (request: EchoRequest) => {
    count++;
    payloadBytes += request.payload?.length ?? 0;
  });
  call.on("end", () => callback(null, { count, payloadBytes }));
}

/** Stops reading while nothing can be written. */
function bidi(call: ServerDuplexStream<EchoRequest, EchoResponse>): void {
  call.on("data", ({ payload = new Uint8Array(0), text = "" }: EchoRequest) => {
    if (call.write({ payload, text, index: 0 })) return;
    call.pause();
    call.once("drain", () => call.resume());
  });
  call.on("end", () => call.end());
}

const server = new Server();
server.addService(loadEcho().service, { unary, serverStream, clientStream, bidi });
const tls = serverTls();
const credentials =
  tls === undefined
    ? ServerCredentials.createInsecure()
    : ServerCredentials.createSsl(null, [{ private_key: tls.key, cert_chain: tls.cert }]);
server.bindAsync("127.0.0.1:0", credentials, (error, port) => {
  if (error !== null) throw error;
  announce(port);
});
