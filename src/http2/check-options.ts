import {
  checkBoolean,
  isInteger,
  isNumber,
  isOptions,
  type OptionCheck,
  type OptionChecks,
} from "../base/check-option.js";
import { type Http2Limits, serverLimits } from "./limits.js";
import type { Http2Options, KeepaliveOptions, PingPolicy } from "./options.js";

const windowBytesMost = 0x7fffffff;

/** All limits are numbers, and each has a default: the names are those of the defaults. */
const limitChecks = {
  ...Object.fromEntries(Object.keys(serverLimits).map((name) => [name, isNumber(0)])),
  concurrentStreamsMax: isInteger(1, windowBytesMost),
  maxConnections: isNumber(1),
  maxTotalCalls: isNumber(1),
  receiveRateGraceMs: isNumber(1),
} as OptionChecks<Http2Limits>;

const keepaliveChecks: OptionChecks<KeepaliveOptions> = {
  intervalMs: isNumber(1),
  timeoutMs: isNumber(1),
  withoutCalls: checkBoolean,
};

const pingPolicyChecks: OptionChecks<PingPolicy> = {
  minIntervalMs: isNumber(0),
  permitWithoutCalls: checkBoolean,
  strikesMax: isNumber(0),
};

/** Windows and table sizes. */
export const sizeChecks: OptionChecks<
  Pick<
    Http2Options,
    "streamWindowBytes" | "connectionWindowBytes" | "windowBytesMax" | "frameBytesMax" | "rejectOuterBlanks"
  >
> = {
  streamWindowBytes: isInteger(1, windowBytesMost),
  connectionWindowBytes: isInteger(65_535, windowBytesMost),
  windowBytesMax: isInteger(0, windowBytesMost),
  frameBytesMax: isInteger(16_384, 0xffffff),
  rejectOuterBlanks: checkBoolean,
};

export const isLimits: OptionCheck = isOptions(limitChecks);
export const isKeepalive: OptionCheck = isOptions(keepaliveChecks);
export const isPingPolicy: OptionCheck = isOptions(pingPolicyChecks);
