/**
 * The contract between gRPC and whatever carries its streams. Data goes one way each: calls go down
 * through `TransportStream`, bytes climb up through the `StreamHandler` that was handed over when the
 * stream was opened. No lower file names an upper one; tests, the in-memory transport and HTTP/2 plug
 * in here. All calls are synchronous and none of them throws for what a peer did.
 */

/**
 * A header list as it is on the wire: name, value, name, value, ... Names are lower case, pseudo-headers
 * come first, values are strings of bytes (latin1). Flat, since it is made and read for every call; a
 * list that is sent again and again should be the same frozen array, which the header encoder recognises,
 * and a received list may be the same array as an earlier one: never change one.
 */
export type HeaderList = readonly string[];

/** Error codes of HTTP/2 (RFC 9113 section 7). */
export const ErrorCode = {
  NO_ERROR: 0x0,
  PROTOCOL_ERROR: 0x1,
  INTERNAL_ERROR: 0x2,
  FLOW_CONTROL_ERROR: 0x3,
  SETTINGS_TIMEOUT: 0x4,
  STREAM_CLOSED: 0x5,
  FRAME_SIZE_ERROR: 0x6,
  REFUSED_STREAM: 0x7,
  CANCEL: 0x8,
  COMPRESSION_ERROR: 0x9,
  CONNECT_ERROR: 0xa,
  ENHANCE_YOUR_CALM: 0xb,
  INADEQUATE_SECURITY: 0xc,
  HTTP_1_1_REQUIRED: 0xd,
} as const;
export type ErrorCode = (typeof ErrorCode)[keyof typeof ErrorCode];

/** How far a failure reaches: one stream, the connection by a rule of HTTP/2, or the bytes below it. */
export type FailureScope = "stream" | "connection" | "io";

/** Why a stream or a connection ended before its time. Data, not an exception: nothing is thrown. */
export interface TransportFailure {
  readonly scope: FailureScope;
  /** Who began it: the peer, our own protocol code, or the user above us. */
  readonly origin: "peer" | "local" | "user";
  /** HTTP/2 error code; a number that RFC 9113 does not define can come from a peer. */
  readonly code: number;
  /** For people: what was wrong, with the names and values that help. */
  readonly message: string;
  /**
   * True when the peer certainly never processed the stream (REFUSED_STREAM, a stream above the last
   * id of a GOAWAY, a stream that never left this process), so that it may be tried again elsewhere.
   */
  readonly unprocessed: boolean;
}

/** Who made bytes that were sent, and can use their memory again. */
export interface BytesOwner {
  /** Nobody reads these bytes any more. */
  reuse(bytes: Uint8Array): void;
}

/** Down: what the layer above may do to a stream. After the stream ended every call does nothing. */
export interface TransportStream {
  /** Number of the stream on its connection, for logs. */
  readonly id: number;
  /** Largest header list that the peer takes, in bytes as `headerListBytes` counts; undefined or Infinity where it set no limit. */
  readonly headerListBytesMax?: number | undefined;
  /**
   * Sends a header block: the first one opens the response (or was sent by `openStream`), a later one with
   * `endStream` is the trailers. Trailers wait behind data that is still queued.
   *
   * @param sensitive lower-case names whose values must never enter a compression table
   */
  sendHeaders(headers: HeaderList, endStream: boolean, sensitive?: ReadonlySet<string>): void;
  /**
   * Sends bytes, of any length, also 0. They belong to the transport from now on: do not change them.
   *
   * @param owner gets the bytes back when they are copied to where they leave from; not where the stream ends before, nor from
   *   a transport that hands them on as they are
   * @returns true when more may be sent at once; false when the stream's send buffer is at its limit: the
   *   bytes were taken all the same, and `onWritable` tells when to go on. False also when the stream has ended: then
   *   `onReset` told so, or will in a moment.
   */
  sendData(data: Uint8Array, endStream: boolean, owner?: BytesOwner): boolean;
  /** Ends the stream at once in both directions. The handler of this stream hears nothing any more. */
  reset(code: ErrorCode): void;
  /**
   * Says that `byteCount` bytes which came by `onData` were used and are not kept any more, so that the peer may send as many
   * again. Those of a message that is not whole are kept, and counted as what the peer holds here: see `expect` for the rest of it.
   */
  consume(byteCount: number): void;
  /**
   * Says that `byteCount` more bytes of a message that has begun are waited for: the peer may send them at once, also where they
   * do not fit into a window, and has to send them at the least rate that there is. Said again as they come; `consume` ends it.
   */
  expect(byteCount: number): void;
  /**
   * Says that the end of what comes is waited for: one message that need not wait for anything, and END_STREAM behind it. The peer has
   * to send them at the least rate that there is. Not for a side that streams, which may be quiet for hours.
   */
  expectEnd(): void;
  /**
   * Says that nobody works on the stream any more: a server's handler has returned. To be called for each stream that was
   * accepted. A stream that is over holds a place until then, however it ended, or a peer could start work without bound,
   * by resets (CVE-2023-44487) or by deadlines that are over at once.
   */
  release(): void;
}

/**
 * Up: what a stream tells the layer above. The order is: `onHeaders` once or more (informational responses
 * are dropped below), `onData` any number of times, `onHeaders` with `endStream` for trailers. A stream ends for
 * its handler by exactly one of: an `endStream`, or `onReset`. (A reset may still follow an `endStream` while our
 * own side is open.) After `onReset`, and after `reset()` of our own, nothing comes.
 */
export interface StreamHandler {
  /**
   * True while a large message comes in whose bytes are copied to memory of their own in any case: it is best lent them. Asked
   * after `onData`; left out: false.
   */
  readonly gathers?: boolean;
  onHeaders(headers: HeaderList, endStream: boolean): void;
  /**
   * Bytes of the body. The window they took is given back by `consume` only, also for 0 bytes of payload nothing need be called.
   *
   * @param lent the bytes are written over after this call: what is kept of them has to be copied. Otherwise, and when it is
   *   left out, they stay valid and unchanged for as long as they are referenced.
   */
  onData(data: Uint8Array, endStream: boolean, lent?: boolean): void;
  /** The stream is dead: reset by the peer, refused, or lost with its connection. */
  onReset(failure: TransportFailure): void;
  /** After a `sendData` that returned false: the send buffer is below half of its limit again. */
  onWritable(): void;
  /** The connection takes no new streams, and closes when the last one is over. At a server; left out: nobody is told. */
  onDraining?(): void;
  /**
   * The stream holds more than it may, or too long. The handler can end it now with a status that says so; a stream that
   * is still open afterwards is reset with ENHANCE_YOUR_CALM.
   *
   * @param reason for people on both sides: what is too much, and the name of the limit
   */
  onOverload?(reason: string): void;
}

/** A connection as a client's call layer sees it. */
export interface ClientTransport {
  /**
   * Opens a stream and sends its first header block.
   *
   * @returns undefined when no stream can be opened now: the peer's limit of concurrent streams is reached, or the
   *   connection is draining or closed. Nothing was sent; `handler` is not called.
   */
  openStream(
    headers: HeaderList,
    endStream: boolean,
    handler: StreamHandler,
    sensitive?: ReadonlySet<string>,
  ): TransportStream | undefined;
}

/** What is known of the other end of a connection. */
export interface PeerInfo {
  /** Address as a target: `ipv4:127.0.0.1:4711`, `ipv6:[::1]:4711`, `unix:/run/x.sock`, `inproc:name`. */
  readonly address: string;
  /** True when the connection is encrypted. */
  readonly secure: boolean;
  /** The peer's certificate as DER bytes when it showed one and it was verified, else undefined. */
  readonly certificate?: Uint8Array | undefined;
  /** The verified certificate's subject, for instance `CN=alice`, and its alternative names. */
  readonly subject?: string | undefined;
  readonly subjectAltNames?: readonly string[] | undefined;
}

/** What a server's connection hands up for each new stream. */
export interface ServerStreamAcceptor {
  /**
   * A request has come. `endStream` tells that no body follows. The handler that is returned gets all that
   * comes later (not this header block again).
   */
  onStream(stream: TransportStream, headers: HeaderList, endStream: boolean, peer: PeerInfo): StreamHandler;
}
