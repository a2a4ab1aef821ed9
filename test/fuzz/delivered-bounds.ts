import { Flag, FrameType, readUint31, readUint32 } from "../../src/http2/frame/frame-header.js";
import { SettingId, settingBytes } from "../../src/http2/frame/settings.js";
import { FrameCutter, type WireFrame } from "../simulation/frame-cutter.js";

const windowBytesAtFirst = 65_535;

/**
 * What the bytes that an engine was given could at most allow it. They may be nonsense: what the engine refuses is counted
 * all the same, so that these are upper bounds.
 */
export class DeliveredBounds {
  readonly #cutter: FrameCutter;
  readonly #increments: Map<number, number> = new Map();
  readonly #headers: Set<number> = new Set();
  #windowBytesMax = windowBytesAtFirst;
  dataBytes: number = 0;
  pings: number = 0;
  settings: number = 0;
  frameBytesMax: number = 16_384;
  tableBytesMax: number = 4_096;
  lastHeadersId: number = 0;

  /** @param skippedBytes what comes before the first frame */
  constructor(skippedBytes: number) {
    this.#cutter = new FrameCutter(skippedBytes);
  }

  push(bytes: Uint8Array): void {
    for (const frame of this.#cutter.push(bytes)) this.#onFrame(frame);
  }

  /** Bytes of DATA that may be sent on a stream in all; stream 0 is the connection. */
  sendBytesMax(streamId: number): number {
    const increments = this.#increments.get(streamId) ?? 0;
    return (streamId === 0 ? windowBytesAtFirst : this.#windowBytesMax) + increments;
  }

  /** A HEADERS frame with this stream id has come. */
  isOpened(streamId: number): boolean {
    return this.#headers.has(streamId);
  }

  #onFrame({ type, flags, streamId, payload }: WireFrame): void {
    if (type === FrameType.HEADERS) {
      this.#headers.add(streamId);
      this.lastHeadersId = Math.max(this.lastHeadersId, streamId);
    } else if (type === FrameType.DATA) {
      this.dataBytes += payload.length;
    } else if (type === FrameType.WINDOW_UPDATE && payload.length === 4) {
      this.#increments.set(streamId, (this.#increments.get(streamId) ?? 0) + readUint31(payload, 0));
    } else if (type === FrameType.PING && (flags & Flag.ACK) === 0) {
      this.pings++;
    } else if (type === FrameType.SETTINGS && (flags & Flag.ACK) === 0) {
      this.settings++;
      for (let at = 0; at + settingBytes <= payload.length; at += settingBytes) {
        this.#onSetting(((payload[at] as number) << 8) | (payload[at + 1] as number), readUint32(payload, at + 2));
      }
    }
  }

  #onSetting(id: number, value: number): void {
    if (id === SettingId.INITIAL_WINDOW_SIZE) this.#windowBytesMax = Math.max(this.#windowBytesMax, value);
    else if (id === SettingId.MAX_FRAME_SIZE) this.frameBytesMax = Math.max(this.frameBytesMax, value);
    else if (id === SettingId.HEADER_TABLE_SIZE) this.tableBytesMax = Math.max(this.tableBytesMax, value);
  }
}
