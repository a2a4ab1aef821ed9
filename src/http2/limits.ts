import type { Overrides } from "../base/overrides.js";

/**
 * What a peer may make a connection hold or do. Each is an option; a peer that passes one gets the right error
 * and costs no more memory. "Connection error" is GOAWAY with the code named, then close.
 */
export interface Http2Limits {
  /**
   * Streams that the peer may have open. As many again may be over while their handlers still work, after resets
   * (CVE-2023-44487) or deadlines. More are refused with REFUSED_STREAM. 1 to 2^31-1, default 100 (what RFC 9113 section 6.5.2
   * recommends as the least). Servers only.
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
  /** Unsent bytes of one stream before `sendData` answers false. Default 1 MiB. */
  sendBufferBytesMax: number;
  /** Unsent bytes of all streams before `sendData` answers false. Default 16 MiB. */
  connectionSendBufferBytesMax: number;
  /** Bytes that one `takeOutput` gives while DATA is queued, about. Default 256 KiB: more would wait in the socket out of our control. */
  outputBytesMax: number;
  /** Bytes given out while the socket takes none (headers, acks) before it is not read any more. Default 256 KiB. */
  unwritableBytesMax: number;
  /**
   * Received bytes of all streams not yet consumed before the connection's window waits for the slow ones; below it one
   * slow stream holds up no other. At least four stream windows are allowed in any case. Default 8 MiB.
   */
  receiveBufferBytesMax: number;
}

const common: Omit<Http2Limits, "stallTimeoutMs"> = {
  concurrentStreamsMax: 100,
  headerListBytesMax: 16_384,
  headerFieldsMax: 128,
  continuationFramesMax: 8,
  headerBlockBytesMax: 65_536,
  resetBurst: 200,
  resetsPerSecond: 33,
  queuedAcksMax: 1_000,
  emptyDataFramesMax: 100,
  dataOverheadBytesMax: 25_000,
  settingsEntriesMax: 32,
  uselessFrameBurst: 1_000,
  uselessFramesPerSecond: 100,
  handshakeTimeoutMs: 10_000,
  settingsAckTimeoutMs: 30_000,
  sendBufferBytesMax: 1_048_576,
  connectionSendBufferBytesMax: 16_777_216,
  outputBytesMax: 262_144,
  unwritableBytesMax: 262_144,
  receiveBufferBytesMax: 8_388_608,
};

/** The defaults of a server. */
export const serverLimits: Readonly<Http2Limits> = { ...common, stallTimeoutMs: 30_000 };

/** The defaults of a client. */
export const clientLimits: Readonly<Http2Limits> = { ...common, stallTimeoutMs: 0 };

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
    if (typeof value !== "number" || !(value >= 0)) throw new RangeError(`limits.${name} must be 0 or more: ${value}`);
    limits[name] = value;
  }
  return limits;
}
