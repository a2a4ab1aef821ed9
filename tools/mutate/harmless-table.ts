/** A mutation that changes nothing that a user or a peer could see. */
interface Harmless {
  readonly path: string;
  /** The line of the compiled file. */
  readonly line: string;
  readonly kind: string;
  readonly reason: string;
}

/** Survivors that were looked at, and answered. An entry holds for its line as it is written, and no longer. */
const harmless: readonly Harmless[] = [
  {
    path: "src/http2/bdp.js",
    line: "const fastest = bandwidth >= this.bandwidthMax;",
    kind: ">= becomes >",
    reason: "two measured quotients are equal by chance only",
  },
  {
    path: "src/net/socket-driver.js",
    line: "this[driverKey]?.onChunk(chunk, false);",
    kind: "false becomes true",
    reason: "the engine copies what it keeps of memory that is not lent: slower, else the same",
  },
  {
    path: "src/http2/header-validation.js",
    line: "for (let i = 0; i < length; i++) {",
    kind: "< becomes <=",
    reason: "the code of the character behind the end is NaN, which is none that is forbidden",
  },
  {
    path: "src/http2/header-validation.js",
    line: 'const responsePseudo = new Map([[":status", 1]]);',
    kind: "1 becomes 2",
    reason: "it is a bit of its own either way",
  },
  {
    path: "src/hpack/encoder-index.js",
    line: "const larger = new Array(Math.max(ringMin, older.length * 2)).fill(0);",
    kind: "0 becomes 1",
    reason: "each place is written before it is read",
  },
  {
    path: "src/hpack/encoder-index.js",
    line: "if (this.credit < blocksPerEviction * evictionBurst)",
    kind: "< becomes <=",
    reason: "the burst has as many evictions; the one behind it comes a block earlier",
  },
  {
    path: "src/hpack/list-cache.js",
    line: "this.lists.length = 0;",
    kind: "0 becomes 1",
    reason: "the first place is written next",
  },
  {
    path: "src/call/grpc-message.js",
    line: "return true;",
    kind: "true becomes false",
    reason: "the slow way gives the same text",
  },
  {
    path: "src/call/client-replay.js",
    line: "if (this.pulling || this.ended || this.closed)",
    kind: "|| becomes &&",
    reason: "a reader that knows the end does not ask for more",
  },
  {
    path: "src/call/client-stream.js",
    line: "this.env.unread.remove(this);",
    kind: "this.env.unread.remove(this); is left out",
    reason: "a call that is over does nothing when its responses are collected; the entry goes with them",
  },
  {
    path: "src/client/channel.js",
    line: "timeoutMs: endMs === Number.POSITIVE_INFINITY ? undefined : Math.max(0, endMs - clock.nowMs()),",
    kind: "0 becomes 1",
    reason: "a wait whose time is over ends a millisecond later",
  },
  {
    path: "src/client/call-options.js",
    line: "receiveMessageBytesMax: true,",
    kind: "true becomes false",
    reason: "the names count, their values are not read",
  },
  {
    path: "src/client/call-options.js",
    line: "onTrailers: true,",
    kind: "true becomes false",
    reason: "the names count, their values are not read",
  },
  {
    path: "src/balance/happy-eyeballs.js",
    line: "if (this.#next >= this.#addresses.length) {",
    kind: ">= becomes >",
    reason: "behind the last address the other way ends the pass as well",
  },
  {
    path: "src/client/call-dispatcher.js",
    line: "#turns = 0;",
    kind: "0 becomes 1",
    reason: "only the order of the numbers counts",
  },
  {
    path: "src/client/subchannel-pool.js",
    line: "if (this.#closed || leftMs <= 0) {",
    kind: "<= becomes <",
    reason: "a timer of 0 ms forgets it in the next turn",
  },
  {
    path: "src/resolve/dns-resolver.js",
    line: "this.#cancelTtl = undefined;",
    kind: "this.#cancelTtl = undefined; is left out",
    reason: "to cancel a question that has its answer does nothing",
  },
  {
    path: "src/server/server.js",
    line: "this.#starting.delete(starting);",
    kind: "this.#starting.delete(starting); is left out",
    reason: "close() waits for what has started already for no time",
  },
  {
    path: "src/server/server.js",
    line: "if (graceMs <= 0) {",
    kind: "0 becomes 1",
    reason: "1 ms of grace is none",
  },
  {
    path: "src/client/channel-options.js",
    line: "compression: true,",
    kind: "true becomes false",
    reason: "the names count, their values are not read",
  },
  {
    path: "src/resolve/host-port.js",
    line: "const port = colon < 0 ? DEFAULT_PORT : parsePort(text.slice(colon + 1));",
    kind: "< becomes <=",
    reason: "a colon at the start leaves no host, which is said either way",
  },
  {
    path: "src/resolve/host-port.js",
    line: "const host = text.slice(1, end < 0 ? text.length : end);",
    kind: "0 becomes 1",
    reason: "the bracket that opens is before the one that closes",
  },
];

/** Why a mutation that no test notices is none that a test could notice; undefined where nobody has said so. */
export function reasonOf(path: string, line: string, kind: string): string | undefined {
  return harmless.find((one) => one.path === path && one.line === line && one.kind === kind)?.reason;
}
