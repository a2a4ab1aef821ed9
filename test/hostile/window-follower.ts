import { data } from "../../src/http2/frames.testing.js";
import type { Attacker } from "./attacker.js";

const frameBytes = 16_000;
const quietMs = 300;

/** An attacker that keeps to the windows it is given, and so gets to the end of them. */
export class WindowFollower {
  readonly #attacker: Attacker;
  /** Window of the connection (0) and of streams, in bytes. */
  readonly #windows: Map<number, number> = new Map([[0, 65_535]]);
  #initial = 65_535;
  #rest: Buffer = Buffer.alloc(0);
  #wake: (() => void) | undefined;
  /** PINGs that came and were not answered. */
  readonly pings: Uint8Array[] = [];
  sentBytes = 0;

  constructor(attacker: Attacker) {
    this.#attacker = attacker;
    attacker.socket.on("data", (chunk: Buffer) => this.#read(chunk));
  }

  /**
   * Sends on all streams in turn what `make` gives for them, until all have sent `bytesEach` or no window came for a while.
   *
   * @param prefix what a stream begins with
   */
  async send(ids: readonly number[], bytesEach: number, prefix: Uint8Array): Promise<void> {
    const left = new Map(ids.map((id) => [id, bytesEach]));
    const payload = new Uint8Array(frameBytes);
    while (left.size > 0 && !this.#attacker.socket.destroyed) {
      let sent = 0;
      for (const [id, bytes] of left) {
        const free = Math.min(bytes, frameBytes, this.#windows.get(0) ?? 0, this.#windows.get(id) ?? this.#initial);
        if (free <= 0) continue;
        const first = bytes === bytesEach;
        const body = first ? Buffer.concat([prefix, payload]).subarray(0, free) : payload.subarray(0, free);
        this.#attacker.socket.write(data(id, body));
        this.#attacker.frames++;
        this.#windows.set(0, (this.#windows.get(0) ?? 0) - free);
        this.#windows.set(id, (this.#windows.get(id) ?? this.#initial) - free);
        if (bytes === free) left.delete(id);
        else left.set(id, bytes - free);
        sent += free;
      }
      this.sentBytes += sent;
      if (sent === 0 && !(await this.#moreWindow())) return;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** More window came; false when none did for a while. */
  #moreWindow(): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#wake = undefined;
        resolve(false);
      }, quietMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve(true);
      };
    });
  }

  #read(chunk: Buffer): void {
    let bytes = Buffer.concat([this.#rest, chunk]);
    for (; bytes.length >= 9; ) {
      const end = 9 + bytes.readUIntBE(0, 3);
      if (bytes.length < end) break;
      this.#frame(bytes[3] as number, bytes[4] as number, bytes.readUInt32BE(5), bytes.subarray(9, end));
      bytes = bytes.subarray(end);
    }
    this.#rest = bytes;
  }

  #frame(type: number, flags: number, id: number, payload: Buffer): void {
    if (type === 6 && (flags & 1) === 0) this.pings.push(payload);
    if (type === 4 && (flags & 1) === 0) this.#onSettings(payload);
    if (type !== 8) return;
    this.#windows.set(id, (this.#windows.get(id) ?? this.#initial) + payload.readUInt32BE(0));
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }

  #onSettings(payload: Buffer): void {
    for (let at = 0; at + 6 <= payload.length; at += 6) {
      if (payload.readUInt16BE(at) !== 4) continue;
      const more = payload.readUInt32BE(at + 2) - this.#initial;
      this.#initial += more;
      for (const [id, bytes] of this.#windows) if (id !== 0) this.#windows.set(id, bytes + more);
    }
  }
}
