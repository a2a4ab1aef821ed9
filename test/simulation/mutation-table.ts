import type { Edit } from "./broken-copy.js";

/** A deliberate break. */
export interface Mutation extends Edit {
  readonly name: string;
  /** The first seed to try, for what only one seed in thousands shows; else 1. */
  readonly from?: number;
  /** Where one edit is not enough. */
  readonly also?: Edit;
}

/** Each is a mistake that somebody could make; the simulation must notice every one. */
export const mutations: readonly Mutation[] = [
  {
    name: "a WINDOW_UPDATE is lost now and then",
    file: "http2/core.js",
    find: "writeWindowUpdate(this.sender.output, streamId, byteCount);",
    replace: "if ((byteCount & 15) !== 7) writeWindowUpdate(this.sender.output, streamId, byteCount);",
  },
  {
    name: "a WINDOW_UPDATE is sent twice",
    file: "http2/core.js",
    find: "writeWindowUpdate(this.sender.output, streamId, byteCount);",
    replace:
      "writeWindowUpdate(this.sender.output, streamId, byteCount); writeWindowUpdate(this.sender.output, streamId, byteCount);",
  },
  {
    name: "credit of a stream is given twice",
    file: "http2/core.js",
    find: "stream.giveBack(used, this.streamWindowBytes)",
    replace: "stream.giveBack(2 * used, this.streamWindowBytes)",
  },
  {
    name: "the connection's credit is lost with a stream that was reset",
    file: "http2/core.js",
    find: "this.updateWindow(0, this.receiveWindow.use(stream.unused));",
    replace: "",
  },
  {
    name: "a changed initial window does not reach open streams",
    file: "http2/receive-control.js",
    find: "if (difference === 0)",
    replace: "if (difference !== 12345)",
  },
  {
    name: "END_STREAM is dropped from large DATA",
    file: "http2/frame-sender.js",
    find: "endStream && to === length",
    replace: "endStream && to === length && length < 40",
  },
  {
    name: "trailers overtake data that waits",
    file: "http2/frame-sender.js",
    find: "if (stream.queue !== undefined) {\n            stream.queue.ends = true;",
    replace: "if (stream.queue !== undefined && !endStream) {\n            stream.queue.ends = true;",
  },
  {
    name: "data is sent over the stream's window",
    file: "http2/frame-sender.js",
    find: "length <= stream.sendable &&",
    replace: "",
  },
  {
    name: "nobody is told that he may write again",
    file: "http2/connection.js",
    find: "stream.handler?.onWritable();",
    replace: "",
  },
  {
    name: "a socket that drains wakes nobody",
    file: "net/socket-driver.js",
    find: "this.engine?.setWritable(true);",
    replace: "",
  },
  {
    name: "a stream that keeps its turn loses it for good",
    file: "http2/write-scheduler.js",
    find: "this.long.unshift(member);",
    replace: "member.turnBytes;",
  },
  {
    name: "a queue drops one piece too many when it moves to the front",
    file: "http2/send-queue.js",
    find: "this.pieces.splice(0, this.first);",
    replace: "this.pieces.splice(0, this.first + 1);",
  },
  {
    name: "a prefix that is split is read a byte short",
    file: "message/message-reader.js",
    find: "if (this.byteCount < prefixBytes) {",
    replace: "if (this.byteCount < prefixBytes - 1) {",
  },
  {
    name: "a message over several chunks loses its place",
    file: "message/chunk-queue.js",
    find: "head.end = end + count;\n            filled += count;",
    replace: "head.end = end + count;\n            filled += count === 13 ? 12 : count;",
  },
  {
    name: "a frame that comes in pieces is put together wrongly",
    file: "http2/frame-reader.js",
    find: "partial.set(chunk.subarray(at, end), this.held);",
    replace: "partial.set(chunk.subarray(at, end), this.held > 20 ? this.held - 1 : this.held);",
  },
  {
    name: "output is written over while the socket has it",
    file: "net/socket-driver.js",
    find: "if (this.socket.writableLength === 0)",
    replace: "if (this.socket.writableLength >= 0)",
  },
  {
    name: "both ends evict from their HPACK tables too late",
    file: "hpack/dynamic-table.js",
    find: "this.sizeBytes + size > this.sizeBytesMax",
    replace: "this.sizeBytes + size > this.sizeBytesMax + 100",
    also: {
      file: "hpack/encoder-index.js",
      find: "this.evictTo(table.sizeBytesMax - ",
      replace: "this.evictTo(table.sizeBytesMax + 100 - ",
    },
  },
  {
    name: "a caller's deadline has no timer",
    file: "call/client-call.js",
    find: "this.timer = this.env.clock.setTimer(timeoutMs, () => this.onDeadline());",
    replace: "",
  },
  {
    name: "a handler's deadline has no timer",
    file: "call/server-call.js",
    find: "this.timer = this.env.clock.setTimer(timeoutMs, () => this.onDeadline());",
    replace: "",
  },
  {
    name: "a cancelled call is not reset",
    file: "call/client-call.js",
    find: "this.stream.reset(ErrorCode.CANCEL);",
    replace: "this.stream;",
  },
  {
    name: "a handler does not hear that its call was cancelled",
    file: "call/server-call.js",
    find: "this.inbound.fail(error, false);\n        this.abort(error);",
    replace: "this.inbound.fail(error, false);",
  },
  {
    name: "a place of a stream is never free again",
    file: "call/server-call.js",
    find: "if (this.over)\n            this.stream.release();",
    replace: "",
  },
  {
    name: "a call is tried again although a server had it",
    file: "resilience/transparent-retry.js",
    find: "return failure.unprocessed && replayable",
    replace: "return replayable",
  },
  {
    name: "streams that are told to be unsent are sent all the same",
    file: "http2/core.js",
    find: "if (unsent)\n            output.clear();",
    replace: "",
  },
  {
    name: "the last answers of a drained connection are cut off",
    file: "net/socket-driver.js",
    find: "this.drained ? this.socket.writableLength : 0",
    replace: "0",
    from: 16_100,
  },
  {
    name: "streams above a GOAWAY's last id wait for ever",
    file: "http2/client-connection.js",
    find: "if (stream.id <= goaway.lastStreamId)",
    replace: "if (stream.id <= goaway.lastStreamId || stream.id > 0)",
  },
  {
    name: "streams below a GOAWAY's last id count as unprocessed",
    file: "http2/client-connection.js",
    find: "if (stream.id <= goaway.lastStreamId)",
    replace: "if (stream.id < 0)",
  },
  {
    name: "a server counts one stream too few in its GOAWAY",
    file: "http2/server-connection.js",
    find: "core.goawayStreamId = core.streams.lastPeerId;",
    replace: "core.goawayStreamId = Math.max(0, core.streams.lastPeerId - 2);",
  },
  {
    name: "a call that was refused loses what it had sent",
    file: "call/client-request.js",
    find: "for (const framed of this.held ?? [])",
    replace: "for (const framed of [])",
  },
  {
    name: "a call that gave up waiting is still sent",
    file: "client/call-dispatcher.js",
    find: "waiter.queue?.remove(waiter);",
    replace: "",
  },
  {
    name: "calls that wait for a free stream are not told of one",
    file: "http2/notices.js",
    find: "this.capacity();",
    replace: "",
  },
  {
    name: "the listener on a caller's signal stays",
    file: "call/client-call.js",
    find: "this.env.signals.remove(signal, this);",
    replace: "signal;",
  },
  {
    name: "the keepalive's timer stays",
    file: "http2/keepalive.js",
    find: "this.timers.cancel(this);",
    replace: "",
  },
  {
    name: "a peer that ends its side is not heard",
    file: "net/socket-driver.js",
    find: "this.guarded(() => this.engine?.receiveEnd());",
    replace: "",
  },
  {
    name: "a closed channel does not cut its calls",
    file: "client/channel-core.js",
    find: "this.#options.clock.setTimer(graceMs, cut)",
    replace: "undefined",
  },
];
