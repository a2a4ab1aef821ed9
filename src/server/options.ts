import type { Clock, Random } from "../base/clock.js";
import type { Probe } from "../base/probe.js";
import type { PeerInfo } from "../base/transport.js";
import type { Interceptor } from "../call/interceptor.js";
import type { ServerContext } from "../call/server-context.js";
import type { CodecProvider } from "../codec/codec.js";
import type { UnknownFields } from "../codec/decode-bounds.js";
import type { Http2Limits } from "../http2/limits.js";
import type { KeepaliveOptions, PingPolicy } from "../http2/options.js";
import type { Compression } from "../message/compression.js";
import type { Network } from "../net/network.js";

/** Where an error that reached nobody else comes from. */
export interface ServerErrorInfo {
  /**
   * `handler`: a handler threw something that is no `RpcError`, or gave a value that does not fit its type.
   * `connection`: a client broke the protocol, or its TLS handshake failed. `listener`: a connection could not be
   * accepted. `internal`: a mistake of this package, which cost one connection.
   */
  readonly kind: "handler" | "connection" | "listener" | "internal";
  /** The call, for `handler`. */
  readonly call?: ServerContext | undefined;
  /** The client, where it is known. */
  readonly peer?: PeerInfo | undefined;
}

/** How a server compresses its responses, message by message. Requests are decompressed in any known encoding. */
export interface ServerCompression {
  /** Encodings to use, the preferred first; the first that the client accepts is taken. Default `["gzip", "deflate"]`. */
  readonly encodings?: readonly string[];
  /** Compress where a handler does not set `call.compress`? Default false: on a fast network it costs more than it saves. */
  readonly byDefault?: boolean;
  /** Messages of fewer bytes are sent as they are. Default 0. */
  readonly bytesMin?: number;
  /** Encodings of your own beside gzip, deflate and, where Node has it, zstd. */
  readonly custom?: readonly Compression[];
}

/** How long connections live (gRFC A9). */
export interface ServerConnectionOptions {
  /** A connection without calls for this long is closed, in ms. Default: never. */
  readonly idleMsMax?: number;
  /** A connection older than this is drained, in ms, with 10 % jitter. Default: never. */
  readonly ageMsMax?: number;
  /** Calls that still run this long after the drain began are cut, in ms. Default: never. */
  readonly ageGraceMs?: number;
}

/** Options of a server; each has a default that is right for production. */
export interface ServerOptions {
  /** Around every call of every service that is added; the first is the outermost. Default none. */
  readonly interceptors?: readonly Interceptor[];
  /** Largest request message, before and after decompression, in bytes. Default 4 MiB (4 194 304). */
  readonly receiveMessageBytesMax?: number;
  /**
   * What one request may take of the heap when it is decoded, in bytes, 0 or more: an estimate that counts objects, items of lists,
   * entries of maps, text and views, before they are made. A larger one ends its call with RESOURCE_EXHAUSTED. Default: four times
   * `receiveMessageBytesMax`, and at least 1 MiB; Infinity for no bound. See docs/limits.md for what reaches it.
   */
  readonly maxDecodedBytes?: number;
  /**
   * What happens to fields of requests that their schema does not know: `"keep"` leaves them with the message, as the bytes that came,
   * and sends them along with it; `"drop"` forgets them. Default `"keep"`, as Protobuf asks of those who pass messages on.
   */
  readonly unknownFields?: UnknownFields;
  /** Largest response message, in bytes. Default 2^32-1, the most that the prefix of a message can say. */
  readonly sendMessageBytesMax?: number;
  readonly compression?: ServerCompression;
  readonly connection?: ServerConnectionOptions;
  /** PINGs that find dead clients. Default after 2 h, with 20 s for the answer (gRFC A8). */
  readonly keepalive?: KeepaliveOptions;
  /** What clients may do with PINGs. Default: at most one in 5 min, 2 strikes (gRFC A8). */
  readonly pingPolicy?: PingPolicy;
  /** Bounds on what a client can cause, see `Http2Limits`. */
  readonly limits?: Partial<Http2Limits>;
  /** Windows and table sizes of HTTP/2; see `Http2Options`. */
  readonly http2?: {
    readonly streamWindowBytes?: number;
    readonly connectionWindowBytes?: number;
    readonly windowBytesMax?: number;
    readonly frameBytesMax?: number;
  };
  /**
   * Hears errors that no client is told in full: what a handler threw, what a connection died of. What it throws is
   * dropped. Default: errors of handlers and of this package go to `console.error`.
   */
  readonly onError?: (error: unknown, info: ServerErrorInfo) => void;
  /** Turns messages into bytes. Default: the codec of this package. */
  readonly codecs?: CodecProvider;
  /**
   * Whether plain objects that are given for responses are looked through for what would get lost without a word: names that the
   * message type does not have, cases of a oneof as if they were fields, a Map. Default: outside of `NODE_ENV=production`, which is
   * looked at when the server is made. A `codecs` of your own does not have it.
   */
  readonly checkFieldNames?: boolean;
  /** Who watches: channelz, metrics. Default nobody, which costs nothing. */
  readonly probe?: Probe;
  /** Time, for tests. Default: the machine's. */
  readonly clock?: Clock;
  /** Randomness, for tests. Default: `Math.random`. */
  readonly random?: Random;
  /** Where connections come from, for tests without sockets. Default: the machine's. */
  readonly network?: Network;
}

/** Options of `Server.close`. */
export interface CloseOptions {
  /**
   * Calls that still run after this long are cut, in ms; 0 cuts them at once. Their clients then have a second to take what was
   * written last and to close their side. Default 30 000.
   */
  readonly graceMs?: number;
}
