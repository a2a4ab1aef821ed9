import {
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServerUnaryCall,
  type sendUnaryData,
} from "@grpc/grpc-js";
import { type EchoRequest, type EchoResponse, loadEcho } from "../../peers/grpc-js/echo.js";
import { serve } from "../child.js";

function unary(call: ServerUnaryCall<EchoRequest, EchoResponse>, callback: sendUnaryData<EchoResponse>): void {
  const { payload = new Uint8Array(0), text = "" } = call.request;
  callback(null, { payload, text, index: 0 });
}

function bidi(call: ServerDuplexStream<EchoRequest, EchoResponse>): void {
  call.on("data", ({ payload = new Uint8Array(0), text = "" }: EchoRequest) => call.write({ payload, text, index: 0 }));
  call.on("end", () => call.end());
}

const server = new Server({ "grpc.max_concurrent_streams": 100_000 });
server.addService(loadEcho().service, { unary, bidi });

serve({
  listen: () =>
    new Promise((resolve, reject) => {
      server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
        if (error === null) resolve(port);
        else reject(error);
      });
    }),
});
