import type { CallOptions, ChannelOptions, ServerOptions } from "../../src/index.js";

/** One call of a conversation. */
export interface PlannedCall {
  readonly shape: "unary" | "serverStream" | "clientStream" | "bidi";
  /** Payloads of the requests, in bytes. */
  readonly requests: readonly number[];
  readonly ask: {
    readonly text?: string;
    readonly count?: number;
    readonly sleepMs?: number;
    readonly failCode?: number;
    readonly failMessage?: string;
    readonly responseBytes?: number;
    readonly echoHeaders?: readonly string[];
  };
  readonly options: Pick<CallOptions, "timeoutMs" | "compress">;
  readonly metadata: { readonly [key: string]: string | Uint8Array };
  /** Aborted after so long, in ms. */
  readonly abortMs?: number;
}

/** A conversation between a channel and a server of ours. */
export interface Scenario {
  readonly name: string;
  readonly server: ServerOptions;
  readonly channel: ChannelOptions;
  readonly calls: readonly PlannedCall[];
  /** The server drains while calls are open. */
  readonly drains?: boolean;
}

const plain: Omit<PlannedCall, "shape" | "requests"> = { ask: {}, options: {}, metadata: {} };

const unary: PlannedCall = { ...plain, shape: "unary", requests: [11] };
const failing: PlannedCall = {
  ...plain,
  shape: "unary",
  requests: [3],
  ask: { failCode: 5, failMessage: "not found: €" },
};
const down: PlannedCall = { ...plain, shape: "serverStream", requests: [20], ask: { count: 4 } };
const up: PlannedCall = { ...plain, shape: "clientStream", requests: [5, 0, 300] };
const both: PlannedCall = { ...plain, shape: "bidi", requests: [7, 40] };
const hanging: PlannedCall = { ...unary, ask: { sleepMs: 1 }, options: { timeoutMs: 250 } };
const aborted: PlannedCall = { ...both, ask: { sleepMs: 1 }, abortMs: 20 };
const withMetadata: PlannedCall = {
  ...unary,
  ask: { echoHeaders: ["x-name"] },
  metadata: { "x-name": "a value", "x-bytes-bin": Uint8Array.of(0, 1, 254, 255), authorization: "Bearer secret" },
};
const longMetadata: PlannedCall = {
  ...unary,
  metadata: { "x-long": "v".repeat(7_000), "x-longer": "w".repeat(7_500) },
};
const compressed: PlannedCall = {
  ...both,
  requests: [400, 900],
  ask: { text: "compress" },
  options: { compress: "gzip" },
};
const large: PlannedCall = { ...unary, requests: [90_000], ask: { responseBytes: 90_000 } };

/** What is recorded and then mutated. */
export const scenarios: readonly Scenario[] = [
  { name: "one", server: {}, channel: {}, calls: [unary] },
  { name: "shapes", server: {}, channel: {}, calls: [unary, down, up, both, failing] },
  { name: "metadata", server: {}, channel: {}, calls: [withMetadata, withMetadata, longMetadata, failing] },
  { name: "compressed", server: { compression: { byDefault: true } }, channel: {}, calls: [compressed, compressed] },
  { name: "cancelled", server: {}, channel: {}, calls: [hanging, aborted, unary] },
  {
    name: "large",
    server: { http2: { streamWindowBytes: 20_000, windowBytesMax: 100_000 } },
    channel: {},
    calls: [large, large],
  },
  { name: "drained", server: {}, channel: {}, calls: [hanging, down, unary], drains: true },
  {
    name: "few streams",
    server: { limits: { concurrentStreamsMax: 2 } },
    channel: {},
    calls: [unary, down, both, unary, up],
  },
];
