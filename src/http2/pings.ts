import type { Clock } from "../base/clock.js";
import { readUint32 } from "./frame/frame-header.js";
import { writePing } from "./frame/ping.js";
import type { OutputBuffer } from "./output-buffer.js";

interface OutstandingPing {
  readonly number: number;
  readonly sentMs: number;
  readonly onAck: (rttMs: number) => void;
}

/** PINGs of ours that wait for their ack. Their payload cannot be guessed, so that an ack proves that they were read. */
export class Pings {
  private readonly clock: Clock;
  private readonly salt: number;
  private readonly outstanding: OutstandingPing[] = [];
  private lastNumber: number = 0;

  /** @param salt 32 random bits */
  constructor(clock: Clock, salt: number) {
    this.clock = clock;
    this.salt = salt;
  }

  send(out: OutputBuffer, onAck: (rttMs: number) => void): void {
    this.lastNumber = (this.lastNumber + 1) >>> 0;
    this.outstanding.push({ number: this.lastNumber, sentMs: this.clock.nowMs(), onAck });
    writePing(out, this.salt, this.lastNumber);
  }

  /** An ack has come; false when nobody waits for it. */
  onAck(bytes: Uint8Array, start: number): boolean {
    if (readUint32(bytes, start) !== this.salt) return false;
    const number = readUint32(bytes, start + 4);
    const at = this.outstanding.findIndex((ping) => ping.number === number);
    const ping = this.outstanding[at];
    if (ping === undefined) return false;
    this.outstanding.splice(at, 1);
    ping.onAck(this.clock.nowMs() - ping.sentMs);
    return true;
  }
}
