import { checkBoolean, checkFunction, checkNames, checkNumber } from "../base/check-option.js";
import { Metadata, type MetadataInit } from "../base/metadata.js";
import type { CallSettings } from "../call/client-method.js";
import type { CallParent } from "../call/server-context.js";
import { type DecodeBounds, maxDecodedBytesFor } from "../codec/decode-bounds.js";
import type { Compression } from "../message/compression.js";
import type { CompressionRegistry } from "../message/compression-registry.js";
import { messageBytesMost } from "./channel-options.js";

/** Options of one call. */
export interface CallOptions {
  /** Time that the call has, in milliseconds, 0 or more. Default: the channel's `timeoutMs`. */
  readonly timeoutMs?: number | undefined;
  /** When the call has to be done. With `timeoutMs` or `parent` too, the nearer one counts. */
  readonly deadline?: Date | undefined;
  /** Cancels the call when aborted. */
  readonly signal?: AbortSignal | undefined;
  /** Request headers. */
  readonly metadata?: MetadataInit | undefined;
  /**
   * Told the response's headers when they come, once, whatever tries interceptors make. Not called where the response consists of
   * trailers alone.
   */
  readonly onHeaders?: ((headers: Metadata) => void) | undefined;
  /**
   * Told the trailers when the server ends the call, also with an error. With interceptors it is told once, when the call has ended for
   * its user: the trailers of the answer, or those of the last try.
   */
  readonly onTrailers?: ((trailers: Metadata) => void) | undefined;
  /** The call of a handler in which this one is made: its deadline and its cancellation count for this one too. */
  readonly parent?: CallParent | undefined;
  /** Waits for a connection instead of failing while none can be made. Default: the channel's. */
  readonly waitForReady?: boolean | undefined;
  /** How the requests are compressed: `gzip`, `deflate`, ..., `identity` for not. Default: the channel's `compression`. */
  readonly compress?: string | undefined;
  /** Asked for each request whether to compress it. Default: all are, where `compress` or the channel says how. */
  readonly compressWhen?: ((message: object) => boolean) | undefined;
  /** Largest response message, before and after decompression, in bytes. Default: the channel's. */
  readonly receiveMessageBytesMax?: number | undefined;
  /**
   * What one response may take of the heap when it is decoded, as the channel's `maxDecodedBytes`. Default: the channel's, or where
   * `receiveMessageBytesMax` is given, four times that if it is more.
   */
  readonly maxDecodedBytes?: number | undefined;
}

const known: { readonly [name in keyof CallOptions]-?: true } = {
  timeoutMs: true,
  deadline: true,
  signal: true,
  metadata: true,
  onHeaders: true,
  onTrailers: true,
  parent: true,
  waitForReady: true,
  compress: true,
  compressWhen: true,
  receiveMessageBytesMax: true,
  maxDecodedBytes: true,
};
const knownNames: ReadonlySet<string> = new Set(Object.keys(known));

const noSignals: readonly AbortSignal[] = Object.freeze([]);

/** What the channel says where a call does not. */
export interface CallDefaults {
  readonly timeoutMs: number | undefined;
  readonly waitForReady: boolean;
  readonly compression: string | undefined;
  readonly receiveMessageBytesMax: number;
  readonly decodeBounds?: DecodeBounds | undefined;
}

/** Makes settings out of the options of calls. */
export class CallSettingsMaker {
  /** What a call without options has. */
  readonly plain: CallSettings;
  readonly #compressions: CompressionRegistry;

  /** @throws {TypeError} when the channel's compression is not known */
  constructor(defaults: CallDefaults, compressions: CompressionRegistry) {
    this.#compressions = compressions;
    this.plain = Object.freeze({
      timeoutMs: defaults.timeoutMs,
      signals: noSignals,
      metadata: undefined,
      onHeaders: undefined,
      onTrailers: undefined,
      waitForReady: defaults.waitForReady,
      compression: this.#compression("compression", defaults.compression),
      compressWhen: undefined,
      receiveMessageBytesMax: defaults.receiveMessageBytesMax,
      group: undefined,
      decodeBounds: defaults.decodeBounds,
    });
  }

  /** @throws {TypeError} naming the option that cannot be, its value and what it may be */
  make(options: CallOptions | undefined): CallSettings {
    const { plain } = this;
    if (options === undefined) return plain;
    checkCallOptions(options);
    const { metadata, compress } = options;
    return {
      timeoutMs: timeoutOf(options, plain.timeoutMs),
      signals: signalsOf(options),
      metadata: metadata === undefined || metadata instanceof Metadata ? metadata : new Metadata(metadata),
      onHeaders: options.onHeaders,
      onTrailers: options.onTrailers,
      waitForReady: options.waitForReady ?? plain.waitForReady,
      compression: compress === undefined ? plain.compression : this.#compression("compress", compress),
      compressWhen: options.compressWhen,
      receiveMessageBytesMax: options.receiveMessageBytesMax ?? plain.receiveMessageBytesMax,
      group: undefined,
      decodeBounds: decodeBoundsOf(options, plain.decodeBounds),
    };
  }

  #compression(option: string, name: string | undefined): Compression | undefined {
    if (name === undefined || name === "identity") return undefined;
    const compression = this.#compressions.get(name);
    if (compression !== undefined) return compression;
    throw new TypeError(
      `${option} ${JSON.stringify(name)} is not known here; known: ${this.#compressions.acceptEncoding}`,
    );
  }
}

function decodeBoundsOf(options: CallOptions, plain: DecodeBounds | undefined): DecodeBounds | undefined {
  const { maxDecodedBytes, receiveMessageBytesMax } = options;
  if (plain === undefined) return undefined;
  if (maxDecodedBytes !== undefined) return { ...plain, maxDecodedBytes };
  if (receiveMessageBytesMax === undefined) return plain;
  return { ...plain, maxDecodedBytes: Math.max(plain.maxDecodedBytes, maxDecodedBytesFor(receiveMessageBytesMax)) };
}

function checkCallOptions(options: CallOptions): void {
  checkNames("call options", options, knownNames);
  checkNumber("timeoutMs", options.timeoutMs, 0);
  checkNumber("receiveMessageBytesMax", options.receiveMessageBytesMax, 0, messageBytesMost);
  checkNumber("maxDecodedBytes", options.maxDecodedBytes, 0);
  checkBoolean("waitForReady", options.waitForReady);
  checkFunction("onHeaders", options.onHeaders);
  checkFunction("onTrailers", options.onTrailers);
  checkFunction("compressWhen", options.compressWhen);
  const { deadline, signal, parent } = options;
  if (deadline !== undefined && (!(deadline instanceof Date) || Number.isNaN(deadline.getTime()))) {
    throw new TypeError("deadline must be a valid Date");
  }
  if (signal !== undefined && !isSignal(signal)) throw new TypeError("signal must be an AbortSignal");
  if (parent !== undefined && (typeof parent?.timeRemainingMs !== "function" || !isSignal(parent.signal))) {
    throw new TypeError("parent must be the call of a handler, its second argument");
  }
}

/** Asked by what it does, not by its class: there may be several of those in a process. */
function isSignal(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { aborted, addEventListener, removeEventListener } = value as AbortSignal;
  return (
    typeof aborted === "boolean" && typeof addEventListener === "function" && typeof removeEventListener === "function"
  );
}

function timeoutOf(options: CallOptions, defaultMs: number | undefined): number | undefined {
  let timeoutMs = options.timeoutMs ?? Number.POSITIVE_INFINITY;
  if (options.deadline !== undefined) timeoutMs = Math.min(timeoutMs, options.deadline.getTime() - Date.now());
  if (timeoutMs === Number.POSITIVE_INFINITY && options.timeoutMs === undefined) timeoutMs = defaultMs ?? timeoutMs;
  if (options.parent !== undefined) timeoutMs = Math.min(timeoutMs, options.parent.timeRemainingMs());
  return timeoutMs === Number.POSITIVE_INFINITY ? undefined : timeoutMs;
}

function signalsOf({ signal, parent }: CallOptions): readonly AbortSignal[] {
  if (signal === undefined) return parent === undefined ? noSignals : [parent.signal];
  return parent === undefined ? [signal] : [signal, parent.signal];
}
