import type { Edit } from "../simulation/broken-copy.js";

/** A deliberate break, and the target that must notice it. */
export interface FuzzMutation extends Edit {
  readonly name: string;
  readonly target: string;
}

/** Each is a mistake that somebody could make, in what the targets look at. */
export const fuzzMutations: readonly FuzzMutation[] = [
  {
    name: "the decoder's table evicts too late",
    target: "hpack",
    file: "hpack/dynamic-table.js",
    find: "this.sizeBytes + size > this.sizeBytesMax",
    replace: "this.sizeBytes + size > this.sizeBytesMax + 33",
  },
  {
    name: "a table that shrinks is not told to the peer",
    target: "hpack",
    file: "hpack/encoder.js",
    find: "if (this.pendingSmallest < size && this.pendingSmallest < this.announcedSize) {",
    replace: "if (false) {",
  },
  {
    name: "Huffman padding is not looked at",
    target: "hpack-blocks",
    file: "hpack/huffman.js",
    find: "if (bits === ones)",
    replace: "if (left < 8)",
  },
  {
    name: "a size update may be larger than our setting",
    target: "diff-hpack",
    file: "hpack/decoder.js",
    find: "if (size > this.updateMax) {",
    replace: "if (size > this.updateMax + 1) {",
  },
  {
    name: "an index one behind the table is read",
    target: "diff-hpack",
    file: "hpack/decoder.js",
    find: "const entry = table.newest - (index - staticEntryCount) + 1;",
    replace: "const entry = Math.max(table.oldest, table.newest - (index - staticEntryCount) + 1);",
  },
  {
    name: "a frame over the end of a chunk loses its last byte",
    target: "frames",
    file: "http2/frame-reader.js",
    find: "partial.set(chunk.subarray(at, end), this.held);",
    replace: "partial.set(chunk.subarray(at, end - (end - at > 100 ? 1 : 0)), this.held);",
  },
  {
    name: "frames over the limit are read",
    target: "protocol-server",
    file: "http2/frame-reader.js",
    find: "if (length > this.frameBytesMax) {\n                this.refuse(chunk, at, length);",
    replace: "if (length > this.frameBytesMax + 1) {\n                this.refuse(chunk, at, length);",
  },
  {
    name: "padding may be one byte too long",
    target: "protocol-server",
    file: "http2/frame/payload.js",
    find: "if (padding > range.end - range.start)",
    replace: "if (padding > 255)",
  },
  {
    name: "trailers need no END_STREAM",
    target: "protocol-server",
    file: "http2/server-connection.js",
    find: 'problem ??= "trailers without END_STREAM";',
    replace: "problem ??= undefined;",
  },
  {
    name: "another stream's CONTINUATION ends a header block",
    target: "protocol-server",
    file: "http2/connection.js",
    find: "(type !== FrameType.CONTINUATION || streamId !== open)",
    replace: "type !== FrameType.CONTINUATION",
  },
  {
    name: "RST_STREAM on an idle stream is nothing",
    target: "protocol-client",
    file: "http2/receive-stream.js",
    find: 'if (!checkNotIdle(core, "RST_STREAM", streamId))',
    replace: "if (core.streams.isIdle(streamId, core.server))",
  },
  {
    name: "frames on a stream that both have reset are answered again",
    target: "protocol-client",
    file: "http2/stream-table.js",
    find: "(this.nextEnding - back + endingsMax)",
    replace: "(back - 1)",
  },
  {
    name: "a stream's window takes one byte more",
    target: "windows",
    file: "http2/flow-control.js",
    find: "if (byteCount > this.receivable)",
    replace: "if (byteCount > this.receivable + 1)",
  },
  {
    name: "a send window may pass 2^31-1",
    target: "windows",
    file: "http2/stream.js",
    find: "if (this.sendable + byteCount > windowBytesLimit)",
    replace: "if (this.sendable + byteCount > 2 * windowBytesLimit)",
  },
  {
    name: "a message's flag of 2 is taken for 0",
    target: "framing",
    file: "message/message-reader.js",
    find: "if (flag > 1)",
    replace: "if (flag > 2)",
  },
  {
    name: "each SETTINGS is acked twice",
    target: "server",
    file: "http2/receive-control.js",
    find: "this.answers.ackSettings();",
    replace: "this.answers.ackSettings(); this.answers.ackSettings();",
  },
  {
    name: "a handler's place stays when its stream is reset",
    target: "server",
    file: "call/server-call.js",
    find: "if (this.over)\n            this.stream.release();",
    replace: "",
  },
  {
    name: "a broken frame throws out of the engine",
    target: "server",
    file: "http2/frame/goaway.js",
    find: "if (end - start < fixedBytes)",
    replace: 'if (end - start < fixedBytes) throw new Error("short"); if (false)',
  },
  {
    name: "padding is not given back to the connection's window",
    target: "client",
    file: "http2/receive-data.js",
    find: "core.updateWindow(0, core.receiveWindow.discard(padding));",
    replace: "",
  },
  {
    name: "a stream that was refused leaves its call waiting",
    target: "client",
    file: "http2/core.js",
    find: "if (handler !== undefined)\n            this.notices.reset(handler, failure);",
    replace: "if (handler !== undefined && failure.code !== 1) this.notices.reset(handler, failure);",
  },
  {
    name: "upper case in names is taken",
    target: "diff-server",
    file: "http2/header-validation.js",
    find: "!(char >= 0x41 && char <= 0x5a)",
    replace: "char !== 0x5b",
  },
  {
    name: "WINDOW_UPDATE of a wrong length is read",
    target: "diff-client",
    file: "http2/frame/window-update.js",
    find: "end - start === windowUpdateBytes ?",
    replace: "end - start >= 0 ?",
  },
  {
    name: "a percent sign at the end of grpc-message is an escape",
    target: "text",
    file: "call/grpc-message.js",
    find: "byte !== 0x25;",
    replace: "byte !== 0x26;",
  },
  {
    name: "a sign of a message's bytes is lost",
    target: "codec",
    file: "codec/scalar-fits.js",
    find: "-0x8000_0000",
    replace: "0",
  },
];
