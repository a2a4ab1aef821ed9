import type { LoadBalancerPolicy } from "../balance/load-balancer.js";
import {
  checkBoolean,
  checkFunction,
  checkNames,
  checkNumber,
  isArray,
  isFunction,
  isObjectWith,
  isText,
  type OptionCheck,
} from "../base/check-option.js";
import type { Clock, Random } from "../base/clock.js";
import type { Overrides } from "../base/overrides.js";
import type { Probe } from "../base/probe.js";
import type { Interceptor } from "../call/interceptor.js";
import type { CodecProvider } from "../codec/codec.js";
import { isKeepalive, isLimits } from "../http2/check-options.js";
import type { Http2Limits } from "../http2/limits.js";
import type { KeepaliveOptions } from "../http2/options.js";
import { type Compression, isCompression } from "../message/compression.js";
import type { Network } from "../net/network.js";
import type { TlsClientOptions } from "../net/tls-options.js";
import { type BackoffOptions, isBackoff } from "../resilience/backoff.js";
import type { ResolverScheme } from "../resolve/resolver.js";

/** Options of a channel. All have defaults that suit production. */
export interface ChannelOptions {
  /** TLS: `true` with the authorities that Node trusts, or what to trust and to show. Default false, plaintext. */
  readonly tls?: boolean | TlsClientOptions | undefined;
  /**
   * `:authority` of all calls, and the name that certificates must be for unless `tls.serverName` says otherwise.
   * Default: host and port of the target; `localhost` for Unix sockets.
   */
  readonly authority?: string | undefined;
  /** Stands before `peregrine/<version>` in `user-agent`, for instance `shop/1.2`. */
  readonly userAgent?: string | undefined;
  /** Time that calls have which set none themselves, in milliseconds, above 0. Default: no deadline. */
  readonly timeoutMs?: number | undefined;
  /** Whether calls wait for a connection instead of failing while none can be made. Default false. */
  readonly waitForReady?: boolean | undefined;
  /** Largest response message, before and after decompression, in bytes. Default 4 MiB (4 194 304). */
  readonly receiveMessageBytesMax?: number | undefined;
  /** Largest request message before compression, in bytes. Default 2^32-1, the most that a message's prefix can say. */
  readonly sendMessageBytesMax?: number | undefined;
  /** How requests are compressed where a call says nothing: `gzip`, `deflate`, ... Default `identity`, not at all. */
  readonly compression?: string | undefined;
  /** Shorter requests are not compressed, in bytes. Default 0: all are, where compression is asked for. */
  readonly compressBytesMin?: number | undefined;
  /** Encodings of your own beside gzip, deflate and, where Node has it, zstd. */
  readonly compressions?: readonly Compression[] | undefined;
  /**
   * Encodings that responses may have, for instance `["gzip"]`; an empty list for none but `identity`, which always is one. They are sent
   * in `grpc-accept-encoding`; a response in another one ends the call with INTERNAL. Default: all that are known.
   */
  readonly acceptCompressions?: readonly string[] | undefined;
  /** Around each call, the first one outermost. Default none. */
  readonly interceptors?: readonly Interceptor[] | undefined;
  /**
   * PINGs that find dead connections; see `KeepaliveOptions` and `docs/keepalive.md`. Default: after 330 s of silence while calls are
   * in flight; `{ intervalMs: Infinity }` for none.
   */
  readonly keepalive?: KeepaliveOptions | undefined;
  /** Least time for one connection attempt: TCP, TLS and the server's SETTINGS together, in ms. Default 20 000. */
  readonly connectTimeoutMs?: number | undefined;
  /** Time without calls after which connections are closed, in ms. Default 1 800 000 (30 min); Infinity for never. */
  readonly idleTimeoutMs?: number | undefined;
  /** Waits between connection attempts. Default: 1 s, growing by 1.6 to 120 s, with a jitter of 0.2. */
  readonly backoff?: Overrides<BackoffOptions> | undefined;
  /** Calls that may wait for a connection or a free stream; more fail with RESOURCE_EXHAUSTED. Default 65 536. */
  readonly waitingCallsMax?: number | undefined;
  /**
   * Sent requests that a call keeps so that they can be sent again, in bytes, 0 or more: for a transparent retry (gRFC A6), and
   * for an interceptor that calls `next` again. Default 262 144 (256 KiB).
   */
  readonly maxReplayBytes?: number | undefined;
  /** Bounds on what a server can make a connection hold or do; see `Http2Limits`. */
  readonly limits?: Overrides<Http2Limits> | undefined;
  /** How calls are spread over the addresses of the target. Default `pickFirst()`. */
  readonly loadBalancing?: LoadBalancerPolicy | undefined;
  /** Schemes of targets beside `dns`, `ipv4`, `ipv6`, `unix` and `unix-abstract`. */
  readonly resolvers?: readonly ResolverScheme[] | undefined;
  /**
   * Least time from one look-up of the target's name to the next, in ms. A name is looked up again when its DNS records are
   * older than their TTL, or 30 s old where that is not known, and at once when a connection is lost. Default 5 000.
   */
  readonly minResolutionIntervalMs?: number | undefined;
  /** How messages become bytes. Default: the codec of this package. */
  readonly codecs?: CodecProvider | undefined;
  /**
   * Hears of mistakes in this package's own connections, which cost the connection, and of what `probe` and listeners of
   * `request.onEnd` throw, which costs nothing. Default: a process warning.
   */
  readonly onFault?: ((fault: unknown) => void) | undefined;
  /** Who watches: channelz, metrics. Default nobody, which costs nothing. */
  readonly probe?: Probe | undefined;
  /** For tests in simulated time. Default: the machine's. */
  readonly clock?: Clock | undefined;
  /** For tests that replay. Default: the machine's. */
  readonly random?: Random | undefined;
  /** For tests without sockets: where connections come from. Default: the machine's. */
  readonly network?: Network | undefined;
}

/** The most that the prefix of a message can say. */
export const messageBytesMost = 0xffffffff;

const numbers: readonly [name: keyof ChannelOptions, min: number][] = [
  ["compressBytesMin", 0],
  ["connectTimeoutMs", 1],
  ["idleTimeoutMs", 1],
  ["waitingCallsMax", 0],
  ["maxReplayBytes", 0],
  ["minResolutionIntervalMs", 1],
];

const nested: readonly [name: keyof ChannelOptions, check: OptionCheck][] = [
  ["interceptors", isArray(isFunction)],
  ["compression", isText],
  ["compressions", isArray(isCompression)],
  ["keepalive", isKeepalive],
  ["backoff", isBackoff],
  ["limits", isLimits],
  ["loadBalancing", isObjectWith("create")],
  ["resolvers", isArray(isObjectWith("create", "authorityOf"))],
  ["codecs", isFunction],
  ["probe", isObjectWith("onChannel")],
  ["clock", isObjectWith("nowMs", "setTimer")],
  ["random", isFunction],
  ["network", isObjectWith("dial", "atTurnEnd")],
];

const known: { readonly [name in keyof ChannelOptions]-?: true } = {
  tls: true,
  authority: true,
  userAgent: true,
  timeoutMs: true,
  waitForReady: true,
  receiveMessageBytesMax: true,
  sendMessageBytesMax: true,
  compression: true,
  compressBytesMin: true,
  compressions: true,
  acceptCompressions: true,
  interceptors: true,
  keepalive: true,
  connectTimeoutMs: true,
  idleTimeoutMs: true,
  backoff: true,
  waitingCallsMax: true,
  maxReplayBytes: true,
  limits: true,
  loadBalancing: true,
  resolvers: true,
  minResolutionIntervalMs: true,
  codecs: true,
  onFault: true,
  probe: true,
  clock: true,
  random: true,
  network: true,
};
const knownNames: ReadonlySet<string> = new Set(Object.keys(known));

/**
 * Checks what a user of plain JavaScript could get wrong.
 *
 * @throws {TypeError} naming the option, its value and what it may be
 */
export function checkChannelOptions(options: ChannelOptions): void {
  checkNames("channel options", options, knownNames);
  for (const [name, min] of numbers) checkNumber(name, options[name], min);
  checkNumber("receiveMessageBytesMax", options.receiveMessageBytesMax, 0, messageBytesMost);
  checkNumber("sendMessageBytesMax", options.sendMessageBytesMax, 0, messageBytesMost);
  checkNumber("timeoutMs", options.timeoutMs, Number.MIN_VALUE);
  checkBoolean("waitForReady", options.waitForReady);
  checkFunction("onFault", options.onFault);
  const { tls, authority, userAgent } = options;
  if (tls !== undefined && typeof tls !== "boolean" && (typeof tls !== "object" || tls === null)) {
    throw new TypeError("tls must be true, false or an object with TLS options");
  }
  checkHeaderValue("authority", authority);
  checkHeaderValue("userAgent", userAgent);
  for (const [name, check] of nested) if (options[name] !== undefined) check(name, options[name]);
}

function checkHeaderValue(name: string, value: unknown): void {
  if (value === undefined || (typeof value === "string" && /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(value)))
    return;
  throw new TypeError(`${name} must be printable ASCII without blanks at its ends: got ${JSON.stringify(value)}`);
}
