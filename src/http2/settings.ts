import { ErrorCode } from "../base/transport.js";
import type { Fault } from "./errors.js";
import { initialWindowBytes, windowBytesLimit } from "./flow-control.js";
import { initialFrameBytesMax, readUint32 } from "./frame/frame-header.js";
import { SettingId, settingBytes } from "./frame/settings.js";

/** Streams that a client opens before it knows the server's limit (what RFC 9113 section 6.5.2 recommends as the least). */
const streamsBeforeSettings = 100;

const badPush: Fault = { code: ErrorCode.PROTOCOL_ERROR, message: "ENABLE_PUSH that is not 0 or 1" };
const serverPush: Fault = { code: ErrorCode.PROTOCOL_ERROR, message: "a server that sets ENABLE_PUSH" };
const badFrameSize: Fault = { code: ErrorCode.PROTOCOL_ERROR, message: "MAX_FRAME_SIZE outside of 16384 to 16777215" };
const badWindow: Fault = { code: ErrorCode.FLOW_CONTROL_ERROR, message: "INITIAL_WINDOW_SIZE over 2^31-1" };

/** What the peer set (RFC 9113 section 6.5.2): it bounds what we send. */
export class PeerSettings {
  /** Encoder table that the peer allows, in bytes. */
  headerTableBytes: number = 4_096;
  /** Streams that we may have open. */
  streamsMax: number = streamsBeforeSettings;
  /** Send window of a new stream, in bytes. */
  streamWindowBytes: number = initialWindowBytes;
  /** Largest payload of a frame, in bytes. */
  frameBytesMax: number = initialFrameBytesMax;
  /** Largest header list, in bytes, each field being name + value + 32. */
  headerListBytesMax: number = Number.POSITIVE_INFINITY;
  /** True once its first SETTINGS were applied. */
  received: boolean = false;

  /**
   * Applies the entries of a frame, in order. Entries of unknown identifiers are ignored.
   *
   * @param fromServer a server must not set ENABLE_PUSH to 1
   */
  apply(bytes: Uint8Array, start: number, end: number, fromServer: boolean): Fault | undefined {
    if (!this.received) {
      this.received = true;
      // A server that says nothing of streams sets no limit.
      this.streamsMax = Number.POSITIVE_INFINITY;
    }
    for (let at = start; at < end; at += settingBytes) {
      const id = ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
      const fault = this.set(id, readUint32(bytes, at + 2), fromServer);
      if (fault !== undefined) return fault;
    }
    return undefined;
  }

  private set(id: number, value: number, fromServer: boolean): Fault | undefined {
    switch (id) {
      case SettingId.HEADER_TABLE_SIZE:
        this.headerTableBytes = value;
        break;
      case SettingId.ENABLE_PUSH:
        if (value > 1) return badPush;
        if (value === 1 && fromServer) return serverPush;
        break;
      case SettingId.MAX_CONCURRENT_STREAMS:
        this.streamsMax = value;
        break;
      case SettingId.INITIAL_WINDOW_SIZE:
        if (value > windowBytesLimit) return badWindow;
        this.streamWindowBytes = value;
        break;
      case SettingId.MAX_FRAME_SIZE:
        if (value < initialFrameBytesMax || value > 0xff_ffff) return badFrameSize;
        this.frameBytesMax = value;
        break;
      case SettingId.MAX_HEADER_LIST_SIZE:
        this.headerListBytesMax = value;
        break;
    }
    return undefined;
  }
}
