import { once } from "node:events";
import { createSecureServer, createServer, type Http2Server, type ServerHttp2Session } from "node:http2";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { type Code, ConnectError, type ConnectRouter, type HandlerContext } from "@connectrpc/connect";
import { compressionGzip, connectNodeAdapter } from "@connectrpc/connect-node";
import { BadRequestSchema } from "peregrine/rpc";
import { Echo, type EchoRequest } from "../gen/echo_pb.js";

function reply(request: EchoRequest, index: number): { payload: Uint8Array; text: string; index: number } {
  const payload = request.responseBytes > 0 ? new Uint8Array(request.responseBytes) : request.payload;
  return { payload, text: request.text, index };
}

function echoMetadata(request: EchoRequest, context: HandlerContext): void {
  for (const key of request.echoHeaders) context.responseHeader.set(key, context.requestHeader.get(key) ?? "");
  for (const key of request.echoTrailers) context.responseTrailer.set(key, context.requestHeader.get(key) ?? "");
}

function throwStatus(request: EchoRequest): void {
  if (request.failCode === 0) return;
  const value = { fieldViolations: [{ field: "text", description: "too loud" }] };
  throw new ConnectError(request.failMessage, request.failCode as Code, undefined, [{ desc: BadRequestSchema, value }]);
}

function routes(router: ConnectRouter): void {
  router.service(Echo, {
    async unary(request, context) {
      echoMetadata(request, context);
      // The signal's reason says that the deadline is over; an AbortError would be an internal error, where this end's clock is first.
      if (request.sleepMs > 0) {
        await sleep(request.sleepMs, undefined, { signal: context.signal }).catch(() =>
          context.signal.throwIfAborted(),
        );
      }
      throwStatus(request);
      return reply(request, 0);
    },
    async *serverStream(request, context) {
      echoMetadata(request, context);
      for (let index = 0; index < request.count; index++) yield reply(request, index);
      throwStatus(request);
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
      let index = 0;
      for await (const request of requests) yield reply(request, index++);
    },
  });
}

/** A connect-node server with the Echo service on a free port of 127.0.0.1. */
export async function startConnectEcho(tls?: {
  key: string;
  cert: string;
}): Promise<{ port: number; close(): Promise<void> }> {
  const adapter = connectNodeAdapter({ routes, acceptCompression: [compressionGzip], readMaxBytes: 8 * 1024 * 1024 });
  const server: Http2Server = tls === undefined ? createServer(adapter) : createSecureServer(tls, adapter);
  const sessions = new Set<ServerHttp2Session>();
  server.on("session", (session) => sessions.add(session));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      for (const session of sessions) session.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
