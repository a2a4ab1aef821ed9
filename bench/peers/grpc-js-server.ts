import {
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServerWritableStream,
  type sendUnaryData,
} from "@grpc/grpc-js";
import { announcePort } from "../worker.js";
import { type EchoRequest, type EchoResponse, loadEcho } from "./grpc-js-echo.js";

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

const server = new Server();
server.addService(loadEcho().service, { unary, serverStream });
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) throw error;
  announcePort(port);
});
