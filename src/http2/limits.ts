import type { Overrides } from "../base/overrides.js";

/**
 * What a peer may make a connection hold or do. Each is an option; a peer that passes one gets the right error
 * and costs no more memory. "Connection error" is GOAWAY with the code named, then close.
 */
export interface Http2Limits {
  /**
   * Streams that the peer may have open. As many again may be over while their handlers still work, after resets
   * (CVE-2023-44487) or deadlines. More are refused with REFUSED_STREAM. 1 to 2^31-1, default 1 000: what they hold is bounded in
   * bytes (`maxHeldMessageBytes`), and a channel with one connection would wait at fewer. Servers only.
   */
  concurrentStreamsMax: number;
  /** Size of a received header list in bytes, each field being name + value + 32. Default 16 384; the stream is refused. */
  headerListBytesMax: number;
  /** Fields of a received header list: tiny indexed fields are cheap to send, not to keep. Default 128; the stream is refused. */
  headerFieldsMax: number;
  /** CONTINUATION frames of one header block. Default 8; connection error ENHANCE_YOUR_CALM (CVE-2024-27316). */
  continuationFramesMax: number;
  /** Encoded bytes of one header block over all its frames. Default 65 536; connection error ENHANCE_YOUR_CALM. */
  headerBlockBytesMax: number;
  /**
   * Streams that a client may reset at once, and by its errors make us reset at once (two budgets). Default 200;
   * connection error ENHANCE_YOUR_CALM (CVE-2023-44487, CVE-2025-8671). Servers only: a client opens streams itself.
   */
  resetBurst: number;
  /** Resets that come free again, per second. Default 33. */
  resetsPerSecond: number;
  /**
   * Calls that the clients of one address may begin and, within a second, take back by closing the whole connection. Past it their
   * new connections are closed as they are accepted, until some have come free again, at most ten seconds; `onError` hears of it.
   * Default 10 000: a proxy that dies takes less with it. Servers only.
   */
  lostCallBurst: number;
  /** Such calls that come free again, per second. Default 1 000. */
  lostCallsPerSecond: number;
  /**
   * Requests that may be refused at once for their headers, in frames that are legal: malformed, too many or too long. They cost
   * little, and are the mistake of one call, so that others on the connection go on. Default 5 000; connection error
   * ENHANCE_YOUR_CALM. Servers only.
   */
  malformedRequestBurst: number;
  /** Such requests that come free again, per second. Default 500. */
  malformedRequestsPerSecond: number;
  /**
   * Answers (acks of PING and SETTINGS, RST_STREAM) that wait to be written. At half of it the socket is not read any
   * more; past it: connection error ENHANCE_YOUR_CALM (CVE-2019-9512, -9514, -9515). Default 1 000.
   */
  queuedAcksMax: number;
  /** DATA frames in a row without payload and without END_STREAM. Default 100; connection error ENHANCE_YOUR_CALM (CVE-2019-9518). */
  emptyDataFramesMax: number;
  /**
   * Bytes by which a stream's frame headers may outweigh its payload; a byte of payload pays for two, so that messages
   * of five bytes, gRPC's smallest, cost nothing. Padding does not count: the official case data_frame_padding sends five
   * bytes under 255 of it, and it costs no more than it takes of the window. Default 25 000; connection error ENHANCE_YOUR_CALM (CVE-2019-9511).
   */
  dataOverheadBytesMax: number;
  /** Entries of one SETTINGS frame. Default 32; connection error ENHANCE_YOUR_CALM (CVE-2020-11080). */
  settingsEntriesMax: number;
  /**
   * Frames without effect at once: PRIORITY, unknown types, acks nobody waits for, GOAWAY, informational responses. Default
   * 1 000; connection error ENHANCE_YOUR_CALM (CVE-2019-9513).
   */
  uselessFrameBurst: number;
  /** Frames without effect that come free again, per second. Default 100. */
  uselessFramesPerSecond: number;
  /** Time for the peer's preface and first SETTINGS, in ms. Default 10 000; the connection is closed. */
  handshakeTimeoutMs: number;
  /** Time for the ack of our SETTINGS, in ms. Default 30 000: it may wait behind megabytes of DATA; connection error SETTINGS_TIMEOUT. */
  settingsAckTimeoutMs: number;
  /**
   * How long a peer may hold what we queued for it, in ms: a stream with data and no window is reset with
   * ENHANCE_YOUR_CALM, and a socket that takes nothing is closed (CVE-2019-9517, CVE-2026-49975). 0 turns it off.
   * Default 30 000 for a server, 0 for a client, which asked for the work itself and may cancel it.
   */
  stallTimeoutMs: number;
  /**
   * Less than this of a stream's data sent per second counts as a stall (`stallTimeoutMs`): a window that grows by a byte now and
   * then is none. 0: any byte is progress. Default 240 (Kestrel's); clients: no stall is looked for.
   */
  minSendRateBytesPerSecond: number;
  /**
   * Bytes per second that a peer must send of a frame or a header block that has begun (else connection error
   * ENHANCE_YOUR_CALM), and of a message that has begun, while somebody waits for it and there is window (else the call
   * ends with RESOURCE_EXHAUSTED). Between messages nothing need come. A request that does not stream has begun with its headers: its
   * one message and END_STREAM behind it must come so too. 0 turns it off. Default 240 (Kestrel's) for a server, 0 for a client,
   * whose calls have deadlines.
   */
  minReceiveRateBytesPerSecond: number;
  /**
   * Over how long that rate is measured, in ms: a path that is lost for less does no harm, nor a client that sends a call's headers
   * so long before its message. 1 or more, default 30 000.
   */
  receiveRateGraceMs: number;
  /** Unsent bytes of one stream before `sendData` answers false. Default 1 MiB. */
  sendBufferBytesMax: number;
  /** Unsent bytes of all streams before `sendData` answers false. Default 16 MiB. */
  connectionSendBufferBytesMax: number;
  /** Bytes that one `takeOutput` gives while DATA is queued, about. Default 256 KiB: more would wait in the socket out of our control. */
  outputBytesMax: number;
  /** Bytes given out while the socket takes none (headers, acks) before it is not read any more. Default 256 KiB. */
  unwritableBytesMax: number;
  /**
   * Received bytes of all streams not yet consumed, and window that the peer still has, together: past it the connection's
   * window waits for the slow ones; below it one slow stream holds up no other. A message that has begun and is waited for has room in any
   * case; what other streams send into it is bounded by `maxHeldMessageBytes`. Windows grow to half of it. At least what the
   * windows begin with: `connectionWindowBytes`, four times `streamWindowBytes`. Default 8 MiB.
   */
  receiveBufferBytesMax: number;
  /**
   * Bytes of messages on one connection that are not whole or that nobody has taken. Messages larger than a window are let in one
   * after the other so that they fit; past it the newest calls end with RESOURCE_EXHAUSTED. 0 or more, default 64 MiB: 1 000
   * streams with what their first window takes, or 16 messages of the largest size at once.
   */
  maxHeldMessageBytes: number;
  /**
   * The same for all connections of a server, or of a channel, together. At half of it connections get no more window than they begin with;
   * past it calls of the connections that hold most end with RESOURCE_EXHAUSTED. 0 or more, default 256 MiB: what a small machine has.
   */
  maxTotalHeldMessageBytes: number;
  /**
   * Bytes of all connections of a server, or of a channel, that wait to be sent. At half of it a writer waits as soon as its connection
   * has 64 KiB queued, and past it after each message. 0 or more, default 256 MiB.
   */
  maxTotalSendBufferBytes: number;
  /**
   * Connections that a server has at once; more are closed as they are accepted, and `onError` hears of it. 1 or more, default
   * 10 000: an idle one costs some 6 KB, with TLS 32 KB. Servers only.
   */
  maxConnections: number;
  /**
   * Calls of all connections that are open or whose handlers still work; more are refused with REFUSED_STREAM, so that
   * clients may try elsewhere, and `onError` hears of it. 1 or more, default 100 000: one costs some 3 KB. Servers only.
   */
  maxTotalCalls: number;
  /**
   * Bytes of the header lists of these calls, as HTTP/2 counts them, but for lists that come again and again; more calls are
   * refused as above. 0 or more, default 256 MiB. Servers only.
   */
  maxTotalHeaderBytes: number;
}

const common: Omit<Http2Limits, "stallTimeoutMs" | "minReceiveRateBytesPerSecond"> = {
  concurrentStreamsMax: 1_000,
  headerListBytesMax: 16_384,
  headerFieldsMax: 128,
  continuationFramesMax: 8,
  headerBlockBytesMax: 65_536,
  resetBurst: 200,
  resetsPerSecond: 33,
  lostCallBurst: 10_000,
  lostCallsPerSecond: 1_000,
  malformedRequestBurst: 5_000,
  malformedRequestsPerSecond: 500,
  queuedAcksMax: 1_000,
  emptyDataFramesMax: 100,
  dataOverheadBytesMax: 25_000,
  settingsEntriesMax: 32,
  uselessFrameBurst: 1_000,
  uselessFramesPerSecond: 100,
  handshakeTimeoutMs: 10_000,
  settingsAckTimeoutMs: 30_000,
  minSendRateBytesPerSecond: 240,
  receiveRateGraceMs: 30_000,
  sendBufferBytesMax: 1_048_576,
  connectionSendBufferBytesMax: 16_777_216,
  outputBytesMax: 262_144,
  unwritableBytesMax: 262_144,
  receiveBufferBytesMax: 8_388_608,
  maxHeldMessageBytes: 67_108_864,
  maxTotalHeldMessageBytes: 268_435_456,
  maxTotalSendBufferBytes: 268_435_456,
  maxConnections: 10_000,
  maxTotalCalls: 100_000,
  maxTotalHeaderBytes: 268_435_456,
};

/** The defaults of a server. */
export const serverLimits: Readonly<Http2Limits> = {
  ...common,
  stallTimeoutMs: 30_000,
  minReceiveRateBytesPerSecond: 240,
};

/** The defaults of a client. */
export const clientLimits: Readonly<Http2Limits> = {
  ...common,
  stallTimeoutMs: 0,
  minReceiveRateBytesPerSecond: 0,
};

/** Limits of which 0 makes no sense: nothing would get in, or a timer would never rest. */
const leastOf: Partial<Readonly<Record<keyof Http2Limits, number>>> = {
  maxConnections: 1,
  maxTotalCalls: 1,
  receiveRateGraceMs: 1,
};

/**
 * The defaults with what the user changed.
 *
 * @throws {RangeError} when a value is not a number of 0 or more; the message names it
 */
export function resolveLimits(defaults: Readonly<Http2Limits>, given: Overrides<Http2Limits> | undefined): Http2Limits {
  if (given === undefined) return defaults;
  const limits = { ...defaults };
  for (const name of Object.keys(defaults) as (keyof Http2Limits)[]) {
    const value = given[name];
    if (value === undefined) continue;
    const least = leastOf[name] ?? 0;
    if (typeof value !== "number" || !(value >= least)) {
      throw new RangeError(`limits.${name} must be ${least} or more: ${value}`);
    }
    limits[name] = value;
  }
  return limits;
}
