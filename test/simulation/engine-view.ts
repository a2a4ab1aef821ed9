import type { ConnectionCore } from "../../src/http2/core.js";
import type { Http2Stream } from "../../src/http2/stream.js";
import { canReceive, StreamState } from "../../src/http2/stream-state.js";
import { engineOf } from "../../src/net/socket-driver.js";
import { REPLAY_BYTES_MAX } from "../../src/resilience/transparent-retry.js";
import type { SimulatedSocket } from "./simulated-socket.js";
import type { WireEnd } from "./wire-end.js";

/** Parts of windows that are nobody's business but this one's. */
interface WindowParts {
  readonly returned: number;
  readonly ahead: number;
}

/** The inside of the connection behind a socket; undefined before there is one. */
export function coreOf(socket: SimulatedSocket): ConnectionCore | undefined {
  const engine = engineOf(socket) as unknown as { readonly core: ConnectionCore } | undefined;
  return engine?.core;
}

/** Largest message, in bytes on the wire, that a writer may add to a queue that is just not full. */
export interface MemoryBounds {
  readonly messageBytesMax: number;
}

/**
 * Looks into a connection: each window must be what the wire says, no byte of credit may be lost or made, and no more may
 * be held than the limits say. Returns what is wrong: the invariant and the details.
 */
export function checkEngine(
  core: ConnectionCore,
  wire: WireEnd,
  bounds: MemoryBounds,
): [invariant: string, text: string] | undefined {
  if (core.closed) return undefined;
  const credit = checkCredit(core);
  if (credit !== undefined) return ["credit", credit];
  const memory = checkMemory(core, bounds);
  if (memory !== undefined) return ["memory", memory];
  const { sender } = core;
  const waiting = sender.ready || sender.output.pending > 0 || sender.owesWritable;
  if (waiting && !isWoken(core)) return ["progress", "output waits, and nobody was told"];
  // What is in the output buffer counts for the engine, and does not for the wire.
  if (sender.output.pending > 0) return undefined;
  const window = checkWindows(core, wire);
  return window === undefined ? undefined : ["windows", window];
}

function isWoken(core: ConnectionCore): boolean {
  return (core as unknown as { readonly woken: boolean }).woken;
}

/** What a receiver granted, has to return, and holds must add up to the whole window. */
export function checkCredit(core: ConnectionCore): string | undefined {
  const { receiveWindow, options } = core;
  const { receivable, target, bufferBytesMax } = receiveWindow;
  if (receivable > target) return `the connection's window is ${receivable} of ${target}`;
  if (
    receiveWindow.unused <= bufferBytesMax &&
    receiveWindow.expected === 0 &&
    receivable + receiveWindow.unused > bufferBytesMax + target
  ) {
    return `the connection's window and what is unread are ${receivable} and ${receiveWindow.unused} of ${bufferBytesMax}`;
  }
  const copy = Object.assign(
    Object.create(Object.getPrototypeOf(receiveWindow) as object),
    receiveWindow,
  ) as typeof receiveWindow;
  const due = copy.update(options.totals.receiveBuffer(bufferBytesMax));
  if (due !== 0) return `${due} bytes of the connection's window are due, and nobody was told`;
  let expected = 0;
  for (const stream of core.streams.all()) if (stream.isLetIn) expected += stream.expected;
  if (expected !== receiveWindow.expected)
    return `${receiveWindow.expected} bytes expected, but ${expected} in streams`;
  let unused = 0;
  for (const stream of core.streams.all()) {
    unused += stream.unused;
    if (!canReceive(stream.state)) continue;
    const parts = stream as unknown as WindowParts;
    // What was granted ahead of its use is paid for by what is used next.
    const whole = core.streamWindowBytes + core.windowSlackBytes + parts.ahead;
    const total = stream.receivable + parts.returned + stream.unused;
    if (total !== whole) return `the window of stream ${stream.id} sums up to ${total} of ${whole}`;
  }
  if (unused !== core.receiveWindow.unused)
    return `${core.receiveWindow.unused} bytes unused, but ${unused} in streams`;
  return undefined;
}

export function checkMemory(core: ConnectionCore, { messageBytesMax }: MemoryBounds): string | undefined {
  const { limits } = core.options;
  const { sender, streams } = core;
  let queued = 0;
  for (const stream of streams.all()) {
    const bytes = stream.queue?.bytes ?? 0;
    queued += bytes;
    // A call that begins again sends all at once what it holds for that.
    const most = limits.sendBufferBytesMax + messageBytesMax + (core.server ? 0 : REPLAY_BYTES_MAX);
    if (bytes > most) return `stream ${stream.id} queues ${bytes} bytes of ${most}`;
  }
  if (queued !== sender.queuedBytes) return `${sender.queuedBytes} bytes queued, but ${queued} in streams`;
  const outputMax = limits.outputBytesMax + messageBytesMax + 16_384;
  if (sender.writable && sender.output.pending > outputMax) return `${sender.output.pending} bytes of output wait`;
  if (core.server && streams.size > limits.concurrentStreamsMax) return `${streams.size} streams at once`;
  return undefined;
}

function checkWindows(core: ConnectionCore, wire: WireEnd): string | undefined {
  const { available } = core.sender.window;
  if (available !== wire.sendBytes) return `may send ${available} bytes, by the wire ${wire.sendBytes}`;
  const granted = core.receiveWindow.receivable;
  // What it has taken of a frame that is not whole.
  const taken = wire.grantedBytes - granted;
  if (taken < 0 || taken > (wire.begun?.byteCount ?? 0)) {
    return `has granted ${granted} bytes, by the wire ${wire.grantedBytes}`;
  }
  if (granted < 0) return `has been sent ${-granted} bytes over what it granted`;
  for (const stream of core.streams.all()) {
    const problem = checkStream(stream, wire, stream.id === wire.begun?.streamId ? taken : 0);
    if (problem !== undefined) return `stream ${stream.id} ${problem}`;
  }
  return undefined;
}

function checkStream(stream: Http2Stream, wire: WireEnd, taken: number): string | undefined {
  const shown = wire.streams.get(stream.id);
  if (shown === undefined) return "is open, and was never seen on the wire";
  if (shown.closed) return "is open, and by the wire it is over";
  if (stream.sendable !== shown.sendBytes) {
    return `may send ${stream.sendable} bytes, by the wire ${shown.sendBytes}`;
  }
  const { receivable } = stream;
  if (receivable !== shown.grantedBytes - taken) {
    return `has granted ${receivable} bytes, by the wire ${shown.grantedBytes - taken}`;
  }
  const localEnd = stream.state === StreamState.HALF_CLOSED_LOCAL;
  const remoteEnd = stream.state === StreamState.HALF_CLOSED_REMOTE;
  if (localEnd !== shown.ended || remoteEnd !== shown.peerEnded) return `is in state ${stream.state}, by the wire not`;
  return undefined;
}
