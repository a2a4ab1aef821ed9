import type { Clock, Random } from "../base/clock.js";
import type { Overrides } from "../base/overrides.js";
import type { Probe } from "../base/probe.js";
import type { PeerInfo } from "../base/transport.js";
import type { Gate } from "../call/gate.js";
import type { Interceptor } from "../call/interceptor.js";
import type { ServerContext } from "../call/server-context.js";
import type { CodecProvider } from "../codec/codec.js";
import type { Http2Limits } from "../http2/limits.js";
import type { KeepaliveOptions, PingPolicy } from "../http2/options.js";
import type { Compression } from "../message/compression.js";
import type { Network } from "../net/network.js";
import type { TlsServerOptions } from "../net/tls-options.js";

/** Where an error that reached nobody else comes from. */
export interface ServerErrorInfo {
  /**
   * `handler`: a handler or an interceptor threw something that is no `RpcError`, let the error of a call of its own through, gave a
   * value that does not fit its type, or trailers that the client does not take. `gate`: a gate threw something that is no `RpcError`,
   * or gave what is no answer.
   * `connection`: a client broke the protocol, or its TLS handshake failed. `listener`: a connection could not be
   * accepted. `internal`: a mistake of this package, which cost one connection, or of a probe, which
   * cost nothing: of each probe the first one is told.
   */
  readonly kind: "handler" | "gate" | "connection" | "listener" | "internal";
  /** The call, for `handler` and `gate`. */
  readonly call?: ServerContext | undefined;
  /** The client, where it is known. */
  readonly peer?: PeerInfo | undefined;
}

/** How a server compresses its responses, message by message, and in which encodings requests may come. */
export interface ServerCompression {
  /** Encodings to use, the preferred first; the first that the client accepts is taken. Default `["gzip", "deflate"]`. */
  readonly encodings?: readonly string[] | undefined;
  /** Compress where a handler does not set `call.compress`? Default false: on a fast network it costs more than it saves. */
  readonly byDefault?: boolean | undefined;
  /** Messages of fewer bytes are sent as they are. Default 0. */
  readonly bytesMin?: number | undefined;
  /**
   * Encodings that requests may have, for instance `["gzip"]`; an empty list for none but `identity`, which always is one. They are sent
   * in `grpc-accept-encoding`; a call with another one ends with UNIMPLEMENTED. Default: all that are known.
   */
  readonly accept?: readonly string[] | undefined;
  /** Encodings of your own beside gzip, deflate and, where Node has it, zstd. */
  readonly custom?: readonly Compression[] | undefined;
}

/** How long connections live (gRFC A9). */
export interface ServerConnectionOptions {
  /**
   * A connection without calls for this long is closed, in ms; its client connects again when it has one. Infinity: never. Default
   * 3 600 000, an hour.
   */
  readonly idleMsMax?: number | undefined;
  /** A connection older than this is drained, in ms, with 10 % jitter. Default: never. */
  readonly ageMsMax?: number | undefined;
  /** Calls that still run this long after the drain began are cut, in ms. Default: never. */
  readonly ageGraceMs?: number | undefined;
}

/** Windows and frame sizes of a server's connections. */
export interface ServerHttp2Options {
  /** Receive window of a stream at the start, in bytes, 1 to 2^31-1. Default 65 535. */
  readonly streamWindowBytes?: number | undefined;
  /** Receive window of a connection at the start, in bytes, 65 535 to 2^31-1. Default 65 535. */
  readonly connectionWindowBytes?: number | undefined;
  /** How far the windows grow by the measured bandwidth-delay product, in bytes. Default 16 MiB; 0 keeps them fixed. */
  readonly windowBytesMax?: number | undefined;
  /** Largest frame that a client may send, in bytes, 16 384 to 16 777 215. Default 16 384. */
  readonly frameBytesMax?: number | undefined;
}

/** Options of a server; each has a default that is right for production. */
export interface ServerOptions {
  /**
   * Decide at the headers whether a call is let in, in this order, before any interceptor and before a byte of its body is decompressed or
   * decoded. Default none, which costs nothing. `Server.add` takes more for one service, which are asked behind these.
   */
  readonly gates?: readonly Gate[] | undefined;
  /** Around every call of every service that is added; the first is the outermost. Default none. */
  readonly interceptors?: readonly Interceptor[] | undefined;
  /** Largest request message, before and after decompression, in bytes. Default 4 MiB (4 194 304). */
  readonly receiveMessageBytesMax?: number | undefined;
  /** Largest response message, in bytes. Default 2^32-1, the most that the prefix of a message can say. */
  readonly sendMessageBytesMax?: number | undefined;
  readonly compression?: ServerCompression | undefined;
  readonly connection?: ServerConnectionOptions | undefined;
  /** PINGs that find dead clients. Default after 2 h, with 20 s for the answer (gRFC A8). */
  readonly keepalive?: KeepaliveOptions | undefined;
  /** What clients may do with PINGs. Default: at most one in 5 min, 2 strikes (gRFC A8). */
  readonly pingPolicy?: PingPolicy | undefined;
  /** Bounds on what a client can cause, see `Http2Limits`. */
  readonly limits?: Overrides<Http2Limits> | undefined;
  /** Windows and frame sizes of HTTP/2. */
  readonly http2?: ServerHttp2Options | undefined;
  /**
   * Hears errors that no client is told in full: what a handler threw, what a connection died of. What it throws is
   * dropped. Default: errors of handlers and of this package go to `console.error`.
   */
  readonly onError?: ((error: unknown, info: ServerErrorInfo) => void) | undefined;
  /** Turns messages into bytes. Default: the codec of this package. */
  readonly codecs?: CodecProvider | undefined;
  /** Who watches: channelz, metrics. Default nobody, which costs nothing. */
  readonly probe?: Probe | undefined;
  /** Time, for tests. Default: the machine's. */
  readonly clock?: Clock | undefined;
  /** Randomness, for tests. Default: `Math.random`. */
  readonly random?: Random | undefined;
  /** Where connections come from, for tests without sockets. Default: the machine's. */
  readonly network?: Network | undefined;
}

/** Options of one listener. */
export interface ServerListenOptions {
  /** Encrypts, and with `ca` asks clients for certificates. Default: plaintext. */
  readonly tls?: TlsServerOptions | undefined;
}

/** Options of one service. */
export interface AddOptions {
  /** Methods without a handler answer UNIMPLEMENTED instead of being an error here. Default false. */
  readonly allowMissing?: boolean | undefined;
  /** Gates of this service's calls, asked behind those of the server (`ServerOptions.gates`). Default none. */
  readonly gates?: readonly Gate[] | undefined;
  /** Interceptors of this service's calls, within those of the server (`ServerOptions.interceptors`). Default none. */
  readonly interceptors?: readonly Interceptor[] | undefined;
}

/** Options of `Server.close`. */
export interface CloseOptions {
  /**
   * Calls that still run after this long are cut, in ms; 0 cuts them at once. Their clients then have a second to take what was
   * written last and to close their side. Default 30 000.
   */
  readonly graceMs?: number | undefined;
}
