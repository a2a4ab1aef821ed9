import { frameHeaderBytes, readUint24, readUint31 } from "../../src/http2/frame/frame-header.js";

/** A frame as it is on the wire. */
export interface WireFrame {
  readonly type: number;
  readonly flags: number;
  readonly streamId: number;
  readonly payload: Uint8Array;
  /** How many bytes of the direction end with it. */
  readonly endsAt: number;
}

/** Cuts the bytes of one direction into frames. */
export class FrameCutter {
  #rest: Uint8Array = new Uint8Array(0);
  #position: number;

  /** @param skippedBytes what comes before the first frame: a client's preface */
  constructor(skippedBytes: number) {
    this.#position = -skippedBytes;
  }

  /** Bytes of a frame that is not whole. */
  get restBytes(): number {
    return this.#rest.length;
  }

  push(bytes: Uint8Array): WireFrame[] {
    let all = bytes;
    if (this.#position < 0) {
      const skipped = Math.min(-this.#position, bytes.length);
      this.#position += skipped;
      all = bytes.subarray(skipped);
    }
    if (this.#rest.length > 0) all = Buffer.concat([this.#rest, all]);
    const frames: WireFrame[] = [];
    let at = 0;
    while (all.length - at >= frameHeaderBytes) {
      const end = at + frameHeaderBytes + readUint24(all, at);
      if (end > all.length) break;
      this.#position += end - at;
      frames.push({
        type: all[at + 3] as number,
        flags: all[at + 4] as number,
        streamId: readUint31(all, at + 5),
        payload: all.slice(at + frameHeaderBytes, end),
        endsAt: this.#position,
      });
      at = end;
    }
    this.#rest = all.slice(at);
    return frames;
  }
}
