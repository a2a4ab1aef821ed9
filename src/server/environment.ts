import type { Clock } from "../base/clock.js";
import type { ServerCallEnvironment } from "../call/server-method.js";
import { checkDecodeBounds, decodeBounds } from "../codec/decode-bounds.js";
import { CompressionRegistry } from "../message/compression-registry.js";
import { messageBytesMaxDefault } from "../message/limits.js";
import { builtInCompressions } from "../message/zlib-compression.js";
import type { ServerConnectionOptions, ServerErrorInfo, ServerOptions } from "./options.js";

const prefixMax = 0xffffffff;

/** Where errors go that nobody else hears of. */
export type ErrorReport = (error: unknown, info: ServerErrorInfo) => void;

/** Calls the user's `onError`, or the console; never throws. */
export function errorReport(options: ServerOptions): ErrorReport {
  const report = options.onError ?? reportToConsole;
  return (error, info) => {
    // An error in the error handler has nowhere to go, also when the handler is an async function.
    try {
      const result: unknown = report(error, info);
      if (result instanceof Promise) result.catch(() => undefined);
    } catch {}
  };
}

function reportToConsole(error: unknown, info: ServerErrorInfo): void {
  if (info.kind === "handler") console.error(`peregrine: the handler of ${info.call?.path ?? "a call"} failed:`, error);
  else if (info.kind === "internal") console.error("peregrine: internal error:", error);
  else if (info.kind === "listener") console.error("peregrine: cannot accept connections:", error);
}

/**
 * What all calls of a server share, from its options.
 *
 * @throws {RangeError} when an option is out of its range; the message names it
 */
export function callEnvironment(options: ServerOptions, clock: Clock, report: ErrorReport): ServerCallEnvironment {
  const compression = options.compression ?? {};
  const compressions = new CompressionRegistry([...builtInCompressions(), ...(compression.custom ?? [])]);
  const encodings = compression.encodings ?? ["gzip", "deflate"];
  for (const name of encodings) {
    if (compressions.get(name) === undefined) {
      throw new RangeError(
        `compression.encodings: "${name}" is not known here; known: ${compressions.names().join(", ")}`,
      );
    }
  }
  const receiveMessageBytesMax = inRange(
    "receiveMessageBytesMax",
    options.receiveMessageBytesMax ?? messageBytesMaxDefault,
  );
  checkDecodeBounds(options);
  return {
    clock,
    compressions,
    encodings,
    compressByDefault: compression.byDefault ?? false,
    compressBytesMin: inRange("compression.bytesMin", compression.bytesMin ?? 0),
    receiveMessageBytesMax,
    decodeBounds: decodeBounds("server", options, receiveMessageBytesMax),
    sendMessageBytesMax: inRange("sendMessageBytesMax", options.sendMessageBytesMax ?? prefixMax),
    acceptEncoding: compressions.acceptEncoding,
    onHandlerError: (error, call) => report(error, { kind: "handler", call, peer: call.peer }),
  };
}

/**
 * The lifetimes of connections, all filled in.
 *
 * @throws {RangeError} when one is out of its range; the message names it
 */
export function connectionLifetime(options: ServerConnectionOptions = {}): Required<ServerConnectionOptions> {
  const { idleMsMax, ageMsMax, ageGraceMs } = options;
  return {
    idleMsMax: duration("connection.idleMsMax", idleMsMax),
    ageMsMax: duration("connection.ageMsMax", ageMsMax),
    ageGraceMs: duration("connection.ageGraceMs", ageGraceMs),
  };
}

function duration(name: string, value: number = Number.POSITIVE_INFINITY): number {
  if (value >= 0) return value;
  throw new RangeError(`${name} must be 0 or more milliseconds: ${value}`);
}

function inRange(name: string, value: number): number {
  if (Number.isInteger(value) && value >= 0 && value <= prefixMax) return value;
  throw new RangeError(`${name} must be an integer from 0 to ${prefixMax}: ${value}`);
}
