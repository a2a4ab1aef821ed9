import { ErrorCode } from "../base/transport.js";
import type { ConnectionCore } from "./core.js";
import { errorCodeName, peerFailure } from "./errors.js";
import { readUint31, readUint32 } from "./frame/frame-header.js";
import { checkPriority } from "./frame/priority.js";
import { checkRstStream } from "./frame/rst-stream.js";
import { checkWindowUpdate, zeroIncrement } from "./frame/window-update.js";
import { Ending } from "./stream-table.js";

// The small frames of single streams: RST_STREAM, WINDOW_UPDATE (also of the connection), PRIORITY.

export function onRstStream(
  core: ConnectionCore,
  streamId: number,
  bytes: Uint8Array,
  start: number,
  end: number,
): void {
  const fault = checkRstStream(start, end);
  if (fault !== undefined) {
    core.connectionError(fault.code, fault.message);
    return;
  }
  if (!checkNotIdle(core, "RST_STREAM", streamId)) return;
  const stream = core.streams.get(streamId);
  // Costs nothing, and that both ends are done with a stream at the same time is normal.
  if (stream === undefined) return;
  const code = readUint32(bytes, start);
  const message = `the peer reset the stream with ${errorCodeName(code)}`;
  const refused = code === ErrorCode.REFUSED_STREAM && !core.server;
  core.endStream(stream, Ending.RESET_BY_PEER, peerFailure("stream", code, message, refused));
  core.budget.countPeers();
}

export function onWindowUpdate(
  core: ConnectionCore,
  streamId: number,
  bytes: Uint8Array,
  start: number,
  end: number,
): void {
  const fault = checkWindowUpdate(start, end);
  if (fault !== undefined) {
    core.connectionError(fault.code, fault.message);
    return;
  }
  const increment = readUint31(bytes, start);
  if (streamId === 0) {
    onConnectionUpdate(core, increment);
    return;
  }
  if (!checkNotIdle(core, "WINDOW_UPDATE", streamId)) return;
  const stream = core.streams.get(streamId);
  // A window for what is over is normal: the peer returns what it read last.
  if (stream === undefined) return;
  if (increment === 0) {
    core.streamError(stream, zeroIncrement.code, zeroIncrement.message);
    return;
  }
  if (!stream.growSendable(increment)) {
    core.streamError(stream, ErrorCode.FLOW_CONTROL_ERROR, "WINDOW_UPDATE beyond 2^31-1");
    return;
  }
  core.sender.schedule(stream);
  if (core.sender.ready) core.wake();
}

export function onPriority(
  core: ConnectionCore,
  streamId: number,
  bytes: Uint8Array,
  start: number,
  end: number,
): void {
  if (streamId === 0) {
    core.connectionError(ErrorCode.PROTOCOL_ERROR, "PRIORITY on stream 0");
    return;
  }
  core.budget.countUseless();
  const fault = checkPriority(streamId, bytes, start, end);
  if (fault === undefined) return;
  const stream = core.streams.get(streamId);
  if (stream !== undefined) core.streamError(stream, fault.code, fault.message);
  else if (core.streams.isIdle(streamId, core.server)) core.connectionError(fault.code, fault.message);
  else core.refuse(streamId, fault.code);
}

function onConnectionUpdate(core: ConnectionCore, increment: number): void {
  if (increment === 0) {
    core.connectionError(zeroIncrement.code, zeroIncrement.message);
    return;
  }
  if (!core.sender.window.grow(increment)) {
    core.connectionError(ErrorCode.FLOW_CONTROL_ERROR, "WINDOW_UPDATE beyond 2^31-1");
    return;
  }
  if (core.sender.ready) core.wake();
}

function checkNotIdle(core: ConnectionCore, name: string, streamId: number): boolean {
  if (streamId !== 0 && !core.streams.isIdle(streamId, core.server)) return true;
  core.connectionError(ErrorCode.PROTOCOL_ERROR, `${name} on the idle stream ${streamId}`);
  return false;
}
