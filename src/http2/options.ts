import type { Clock, Random } from "../base/clock.js";
import type { Overrides } from "../base/overrides.js";
import { TimerQueue } from "../base/timer-queue.js";
import type { TransportFailure } from "../base/transport.js";
import type { HpackDecoderOptions } from "../hpack/decoder.js";
import { HpackScratch } from "../hpack/scratch.js";
import type { KeepaliveTimes } from "./keepalive.js";
import { clientLimits, type Http2Limits, resolveLimits, serverLimits } from "./limits.js";
import { OutputPool } from "./output-pool.js";
import { ConnectionTotals } from "./totals.js";

/**
 * What a connection needs of the driver below it. The driver owns the socket; the connection is bytes in, bytes out.
 */
export interface ConnectionIo {
  /**
   * Output is waiting: the driver calls `takeOutput()` once, later in this turn of the event loop, or when the socket is
   * writable again. Not called again before `takeOutput` was called; can be called from inside of `takeOutput` when
   * more waits for the next turn.
   */
  wake(): void;
  /**
   * The connection is over. The driver calls `takeOutput()` one last time (a GOAWAY may wait), writes that behind all
   * earlier output, and closes the socket once it is written. Called once.
   *
   * @param drained all streams had ended: what waits are answers, and worth waiting for a peer that takes them slowly
   */
  close(drained: boolean): void;
  /** Stop or go on reading the socket; chunks that still come are taken. */
  setReading(reading: boolean): void;
}

/** What a connection tells the layer above it. All optional to hear. What they throw is swallowed. */
export interface ConnectionObserver {
  /** The peer's first SETTINGS arrived: it speaks HTTP/2. */
  onReady?(): void;
  /** Client: a stream can be opened again after `openStream` returned undefined, or the peer allows more of them. */
  onCapacity?(): void;
  /** The peer drains, or is about to close with an error: no new streams. */
  onGoaway?(code: number, lastStreamId: number, debugData: string): void;
  /** Server: a request was refused for its headers. Told once in a connection. */
  onRefused?(message: string): void;
  /** Server: a request was refused since there are as many calls as `Http2Limits.maxTotalCalls`. */
  onFull?(): void;
  /** The number of streams fell to 0. */
  onIdle?(): void;
  /** The number of streams rose from 0. */
  onActive?(): void;
  /** Exactly once, after every stream's handler heard its end. */
  onClosed?(failure: TransportFailure): void;
  /** A handler threw out of one of its callbacks; its stream was reset with INTERNAL_ERROR. */
  onError?(error: unknown): void;
}

/** PINGs that find dead connections (gRFC A8). */
export interface KeepaliveOptions {
  /** Ping after this long without a byte from the peer, in ms. At least 10 000 for a client (raised to it). Default: 330 000 (5.5 min) for a channel, 7 200 000 (2 h) for a server. Infinity for never. */
  readonly intervalMs?: number | undefined;
  /** Close when nothing came for this long after the ping, in ms. Default 20 000. */
  readonly timeoutMs?: number | undefined;
  /** Ping also while no stream is open. Default false for a client, true for a server. */
  readonly withoutCalls?: boolean | undefined;
}

/** What a server lets clients do with PINGs (gRFC A8). */
export interface PingPolicy {
  /** Least time between two PINGs without headers or data sent in between, in ms. Default 300 000 (5 min). 0 allows any number. */
  readonly minIntervalMs?: number | undefined;
  /** Pings without an open stream count as others do; else they must be 2 h apart. Default false. */
  readonly permitWithoutCalls?: boolean | undefined;
  /** PINGs that come too early and are forgiven; the next is GOAWAY ENHANCE_YOUR_CALM "too_many_pings". Default 2. */
  readonly strikesMax?: number | undefined;
}

/** How a connection works. Many connections with the same should share one that was prepared, see `prepareOptions`. */
export interface Http2Options {
  readonly clock: Clock;
  readonly random: Random;
  /** Bounds on what the peer can cause, see `Http2Limits`. */
  readonly limits?: Overrides<Http2Limits> | undefined;
  /** Receive window of a stream at the start, in bytes, 1 to 2^31-1: with none no message could come. Default 65 535. */
  readonly streamWindowBytes?: number | undefined;
  /** Receive window of the connection at the start, in bytes, 65 535 to 2^31-1. Default 65 535. */
  readonly connectionWindowBytes?: number | undefined;
  /**
   * How far the windows grow by the measured bandwidth-delay product, in bytes; at most half of `limits.receiveBufferBytesMax`,
   * so that a peer that answers PINGs late gets no larger buffer by it. Default 16 MiB, so 4 MiB with the default of that limit; 0,
   * or not more than `streamWindowBytes`, keeps the windows fixed and sends no PINGs for the measuring.
   */
  readonly windowBytesMax?: number | undefined;
  /** Largest frame the peer may send, in bytes, 16 384 to 16 777 215. Default 16 384. */
  readonly frameBytesMax?: number | undefined;
  /** HPACK table that the peer may use for its header blocks, in bytes, 0 to 65 536. Default 4 096. */
  readonly headerTableBytes?: number | undefined;
  /** HPACK table that we use at most for ours, in bytes, 0 to 65 536; the peer may want less. Default 4 096. */
  readonly encoderTableBytes?: number | undefined;
  /**
   * Whether a blank or tab around the value of a received header is a malformed message (RFC 9113 section 8.2.1), which ends the
   * stream with PROTOCOL_ERROR. Default false: it is dropped, as the other implementations of gRPC do.
   */
  readonly rejectOuterBlanks?: boolean | undefined;
  readonly keepalive?: KeepaliveOptions | undefined;
  /** Servers only. */
  readonly pingPolicy?: PingPolicy | undefined;
}

/** The options with all defaults filled in, and what connections with the same options share. */
export interface PreparedOptions {
  readonly role: "client" | "server";
  readonly clock: Clock;
  readonly random: Random;
  /** The timers of all these connections: one of the clock's for all of them. */
  readonly timers: TimerQueue;
  /** What the decoding of one header block needs, and no other moment. */
  readonly scratch: HpackScratch;
  readonly decoder: HpackDecoderOptions;
  /** Memory for output, of those connections that have none to write. */
  readonly outputPool: OutputPool;
  readonly limits: Http2Limits;
  /** What all these connections hold together. */
  readonly totals: ConnectionTotals;
  /** Received bytes that a connection holds before its window waits: the limit, or what its first windows need. */
  readonly receiveBufferBytesMax: number;
  readonly streamWindowBytes: number;
  readonly connectionWindowBytes: number;
  readonly windowBytesMax: number;
  readonly frameBytesMax: number;
  readonly headerTableBytes: number;
  readonly encoderTableBytes: number;
  readonly rejectOuterBlanks: boolean;
  readonly keepalive: KeepaliveTimes;
  readonly pingMinIntervalMs: number;
  readonly pingWithoutCalls: boolean;
  readonly pingStrikesMax: number;
}

/**
 * Memory that is kept for output, in bytes. At a server a turn of the event loop answers on many connections; a channel has
 * few.
 */
const outputPoolBytesMax = { server: 1_048_576, client: 65_536 };

/** A client that pings more often would be closed by servers for it (gRFC A8). */
const clientKeepaliveMinMs = 10_000;

/**
 * Fills in the defaults of a role; options that were prepared are given back as they are.
 *
 * @throws {RangeError} when a value is outside of its range; the message names option, value and range
 */
export function prepareOptions(options: Http2Options | PreparedOptions, role: "client" | "server"): PreparedOptions {
  if ("role" in options) return options;
  const pings = options.pingPolicy ?? {};
  const limits = resolveLimits(role === "client" ? clientLimits : serverLimits, options.limits);
  const streamWindowBytes = inRange("streamWindowBytes", options.streamWindowBytes ?? 65_535, 1, 0x7fffffff);
  const connectionWindowBytes = inRange(
    "connectionWindowBytes",
    options.connectionWindowBytes ?? 65_535,
    65_535,
    0x7fffffff,
  );
  // Less than the windows that peers begin with would make them wait for nothing; four slow streams are not to hold up others.
  const receiveBufferBytesMax = Math.max(limits.receiveBufferBytesMax, connectionWindowBytes, 4 * streamWindowBytes);
  const headerTableBytes = inRange("headerTableBytes", options.headerTableBytes ?? 4_096, 0, 65_536);
  return {
    role,
    clock: options.clock,
    random: options.random,
    timers: new TimerQueue(options.clock),
    scratch: new HpackScratch(),
    decoder: {
      tableSizeMax: headerTableBytes,
      headerListBytesMax: limits.headerListBytesMax,
      fieldsMax: limits.headerFieldsMax,
    },
    outputPool: new OutputPool(outputPoolBytesMax[role]),
    limits,
    totals: new ConnectionTotals(limits),
    receiveBufferBytesMax,
    streamWindowBytes,
    connectionWindowBytes,
    windowBytesMax: Math.min(
      inRange("windowBytesMax", options.windowBytesMax ?? 16_777_216, 0, 0x7fffffff),
      Math.floor(receiveBufferBytesMax / 2),
    ),
    frameBytesMax: inRange("frameBytesMax", options.frameBytesMax ?? 16_384, 16_384, 0xffffff),
    headerTableBytes,
    encoderTableBytes: inRange("encoderTableBytes", options.encoderTableBytes ?? 4_096, 0, 65_536),
    rejectOuterBlanks: options.rejectOuterBlanks ?? false,
    keepalive: keepaliveTimes(options.keepalive ?? {}, role),
    pingMinIntervalMs: pings.minIntervalMs ?? 300_000,
    pingWithoutCalls: pings.permitWithoutCalls ?? false,
    pingStrikesMax: pings.strikesMax ?? 2,
  };
}

function keepaliveTimes(keepalive: KeepaliveOptions, role: "client" | "server"): KeepaliveTimes {
  const client = role === "client";
  const intervalMs = keepalive.intervalMs ?? (client ? Number.POSITIVE_INFINITY : 7_200_000);
  return {
    intervalMs: client ? Math.max(intervalMs, clientKeepaliveMinMs) : intervalMs,
    timeoutMs: keepalive.timeoutMs ?? 20_000,
    withoutCalls: keepalive.withoutCalls ?? !client,
  };
}

function inRange(name: string, value: number, min: number, max: number): number {
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new RangeError(`${name} must be an integer from ${min} to ${max}: ${value}`);
}
