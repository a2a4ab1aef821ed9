import type { ConnectionProbe } from "../base/probe.js";
import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import type { HeaderList, PeerInfo, ServerStreamAcceptor, StreamHandler, TransportStream } from "../base/transport.js";
import { isGrpcContentType, type RequestHead, readRequestHead } from "../call/headers.js";
import { ServerCall } from "../call/server-call.js";
import type { ServerCallEnvironment } from "../call/server-method.js";
import { pushErrorTrailers, ResponseHeaders } from "../call/server-response.js";
import type { Router } from "./router.js";

/** Turns each new stream of a server's connections into a call, or refuses it. */
export class Dispatcher implements ServerStreamAcceptor {
  readonly #router: Router;
  readonly #env: ServerCallEnvironment;
  readonly #responses: ResponseHeaders;
  /** Who watches the one connection that this is for; without, it is for all that nobody watches. */
  readonly #probe: ConnectionProbe | undefined;
  /** The list that was read last and what it said: calls often repeat one, and then the list is the same array. */
  #lastHeaders: HeaderList | undefined;
  #lastHead: RequestHead | undefined;

  constructor(
    router: Router,
    env: ServerCallEnvironment,
    responses: ResponseHeaders = new ResponseHeaders(env.acceptEncoding),
    probe?: ConnectionProbe,
  ) {
    this.#router = router;
    this.#env = env;
    this.#responses = responses;
    this.#probe = probe;
  }

  /** The same for one connection, with who watches it. */
  observed(probe: ConnectionProbe): Dispatcher {
    return new Dispatcher(this.#router, this.#env, this.#responses, probe);
  }

  onStream(stream: TransportStream, headers: HeaderList, endStream: boolean, peer: PeerInfo): StreamHandler {
    const head = this.#read(headers);
    const refusal = this.#refusal(head);
    if (refusal !== undefined) return refuse(stream, refusal);
    const method = this.#router.find(head.path);
    if (method === undefined) return this.#fail(stream, headers, Status.UNIMPLEMENTED, this.#router.explain(head.path));
    if (head.timeout !== undefined && head.timeoutMs === undefined) {
      const value = JSON.stringify(head.timeout);
      return this.#fail(
        stream,
        headers,
        Status.INTERNAL,
        `malformed grpc-timeout ${value}: 1 to 8 digits and one of HMSmun`,
      );
    }
    const probe = this.#probe?.onCall(method.path, headers);
    const call = new ServerCall(this.#env, method, stream, headers, head, peer, this.#responses, probe);
    call.start(endStream);
    return call;
  }

  #read(headers: HeaderList): RequestHead {
    if (this.#lastHeaders === headers && this.#lastHead !== undefined) return this.#lastHead;
    const head = readRequestHead(headers);
    this.#lastHeaders = headers;
    this.#lastHead = head;
    return head;
  }

  /** A request that is no gRPC gets an HTTP answer (`doc/PROTOCOL-HTTP2.md`, Requests). */
  #refusal(head: RequestHead): HeaderList | undefined {
    if (head.method !== "POST") return notPost;
    return isGrpcContentType(head.contentType) ? undefined : unsupportedMediaType;
  }

  #fail(stream: TransportStream, headers: HeaderList, status: Status, message: string): StreamHandler {
    const list = this.#responses.list("", undefined).slice();
    pushErrorTrailers(list, new RpcError(status, message), undefined);
    // What a peer made up is no name for those who count.
    this.#probe?.onCall("", headers)?.onEnd(status, true);
    return refuse(stream, list);
  }
}

const notPost: HeaderList = Object.freeze([":status", "405", "allow", "POST"]);
const unsupportedMediaType: HeaderList = Object.freeze([":status", "415"]);

function refuse(stream: TransportStream, headers: HeaderList): StreamHandler {
  stream.sendHeaders(headers, true);
  stream.release();
  return new RefusedCall(stream);
}

/** What is left of a call that was refused: its body is let go. */
class RefusedCall implements StreamHandler {
  readonly #stream: TransportStream;

  constructor(stream: TransportStream) {
    this.#stream = stream;
  }

  onHeaders(): void {
    // Trailers of a request that nobody reads.
  }

  onData(data: Uint8Array): void {
    this.#stream.consume(data.length);
  }

  onReset(): void {
    // It was over before.
  }

  onWritable(): void {
    // Nothing is written.
  }
}
