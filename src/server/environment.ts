import type { Clock } from "../base/clock.js";
import type { ServerCallEnvironment } from "../call/server-method.js";
import { CompressionRegistry } from "../message/compression-registry.js";
import { messageBytesMaxDefault } from "../message/limits.js";
import { type AtTurnEnd, TurnBudget } from "../message/turn-budget.js";
import { builtInCompressions } from "../message/zlib-compression.js";
import type { ServerConnectionOptions, ServerErrorInfo, ServerOptions } from "./options.js";

/** The most that the prefix of a message can say. */
export const messageBytesMost = 0xffffffff;

/** The lifetimes of connections, all filled in; Infinity for one without bound. */
export type ConnectionLifetime = { readonly [name in keyof ServerConnectionOptions]-?: number };

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
  else if (info.kind === "gate") console.error(`peregrine: a gate of ${info.call?.path ?? "a call"} failed:`, error);
  else if (info.kind === "internal") console.error("peregrine: internal error:", error);
  else if (info.kind === "listener") console.error("peregrine: cannot accept connections:", error);
}

/**
 * What all calls of a server share, from its options, which were checked.
 *
 * @throws {TypeError} when an encoding is not known; the message names it
 */
export function callEnvironment(
  options: ServerOptions,
  clock: Clock,
  atTurnEnd: AtTurnEnd,
  report: ErrorReport,
): ServerCallEnvironment {
  const compression = options.compression ?? {};
  const compressions = new CompressionRegistry([...builtInCompressions(), ...(compression.custom ?? [])]);
  const encodings = compression.encodings ?? ["gzip", "deflate"];
  compressions.check("compression.encodings", encodings);
  const { accept } = compression;
  return {
    clock,
    compressions,
    accepted: accept === undefined ? compressions : compressions.only("compression.accept", accept),
    budget: new TurnBudget(clock, atTurnEnd),
    encodings,
    compressByDefault: compression.byDefault ?? false,
    compressBytesMin: compression.bytesMin ?? 0,
    receiveMessageBytesMax: options.receiveMessageBytesMax ?? messageBytesMaxDefault,
    sendMessageBytesMax: options.sendMessageBytesMax ?? messageBytesMost,
    onError: (error, kind, call) => report(error, { kind, call, peer: call.peer }),
  };
}

/** The lifetimes of connections, all filled in. */
export function connectionLifetime(options: ServerConnectionOptions = {}): ConnectionLifetime {
  const { idleMsMax, ageMsMax, ageGraceMs } = options;
  return {
    idleMsMax: idleMsMax ?? idleMsMaxDefault,
    ageMsMax: ageMsMax ?? Number.POSITIVE_INFINITY,
    ageGraceMs: ageGraceMs ?? Number.POSITIVE_INFINITY,
  };
}

/** As Envoy: a client that has had no call for an hour connects again when it has one. */
const idleMsMaxDefault = 3_600_000;
