import type { ConnectionProbe } from "../base/probe.js";
import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import type { HeaderList, PeerInfo, ServerStreamAcceptor, StreamHandler, TransportStream } from "../base/transport.js";
import { codecNameOf, type RequestHead, readRequestHead } from "../call/headers.js";
import { ServerCall } from "../call/server-call.js";
import type { ServerCallEnvironment } from "../call/server-method.js";
import { errorTrailers, ResponseHeaders } from "../call/server-response.js";
import type { Router } from "./router.js";

/** Turns each new stream of a server's connections into a call, or refuses it. */
export class Dispatcher implements ServerStreamAcceptor {
  readonly #router: Router;
  readonly #env: ServerCallEnvironment;
  /** By subtype of the content-type: the response has the one of its request, as with grpc-go. */
  readonly #responses: Map<string, ResponseHeaders>;
  /** Who watches the one connection that this is for; without, it is for all that nobody watches. */
  readonly #probe: ConnectionProbe | undefined;
  /** The list that was read last and what it said: calls often repeat one, and then the list is the same array. */
  #lastHeaders: HeaderList | undefined;
  #lastHead: RequestHead | undefined;

  constructor(
    router: Router,
    env: ServerCallEnvironment,
    responses: Map<string, ResponseHeaders> = new Map(),
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
    if (head.method !== "POST") return refuse(stream, notPost);
    const { subtype } = head;
    const methods = subtype === undefined ? undefined : this.#router.methodsOf(codecNameOf(subtype));
    // A request that is not gRPC gets an HTTP answer (`doc/PROTOCOL-HTTP2.md`, Requests), and so does a codec that we do not have.
    if (subtype === undefined || methods === undefined) return refuse(stream, unsupportedMediaType);
    const responses = this.#responsesOf(subtype);
    const method = methods.get(head.path);
    if (method === undefined) {
      return this.#fail(stream, headers, responses, Status.UNIMPLEMENTED, this.#router.explain(head.path));
    }
    if (head.timeout !== undefined && head.timeoutMs === undefined) {
      const value = JSON.stringify(head.timeout);
      return this.#fail(
        stream,
        headers,
        responses,
        Status.INTERNAL,
        `malformed grpc-timeout ${value}: 1 to 8 digits and one of HMSmun`,
      );
    }
    const probe = this.#probe?.onCall(method.path, headers);
    const call = new ServerCall(this.#env, method, stream, headers, head, peer, responses, probe);
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

  /** Only for subtypes that we serve: there are few. */
  #responsesOf(subtype: string): ResponseHeaders {
    let responses = this.#responses.get(subtype);
    if (responses === undefined) {
      const contentType = subtype === "" ? "application/grpc" : `application/grpc+${subtype}`;
      responses = new ResponseHeaders(this.#env.accepted.acceptEncoding, contentType);
      this.#responses.set(subtype, responses);
    }
    return responses;
  }

  #fail(
    stream: TransportStream,
    headers: HeaderList,
    responses: ResponseHeaders,
    status: Status,
    message: string,
  ): StreamHandler {
    const { list } = errorTrailers(responses.list("", undefined), new RpcError(status, message), undefined, stream);
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
