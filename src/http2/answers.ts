import type { ConnectionCore } from "./core.js";
import { writePingAck } from "./frame/ping.js";
import { writeSettingsAck } from "./frame/settings.js";

/**
 * What the peer makes us write: acks, resets, headers. It must not pile up at a peer that sends but does not read
 * (CVE-2019-9512, -9514, -9515): then its socket is not read either, and in the end the connection closed.
 */
export class Answers {
  private readonly core: ConnectionCore;
  /** Answers since the socket last took all that it was given. */
  private waiting: number = 0;
  /** Bytes given to the driver while the socket took none. */
  private unwritableBytes: number = 0;
  private paused: boolean = false;

  constructor(core: ConnectionCore) {
    this.core = core;
  }

  /** False while the peer's bytes are left where they are. */
  get isReading(): boolean {
    return !this.paused;
  }

  ackPing(bytes: Uint8Array, start: number): void {
    writePingAck(this.core.sender.output, bytes, start);
    this.count();
  }

  ackSettings(): void {
    writeSettingsAck(this.core.sender.output);
    this.count();
  }

  /** An answer was written. */
  count(): void {
    this.core.wake();
    this.waiting++;
    const { queuedAcksMax } = this.core.options.limits;
    if (this.waiting > queuedAcksMax) this.core.calm("too many answers wait to be read");
    else if (this.waiting * 2 > queuedAcksMax) this.pause();
  }

  /** Output went to the driver. */
  onTaken(byteCount: number): void {
    if (this.core.sender.writable) this.resume();
    else this.unwritableBytes += byteCount;
  }

  /** Frames were handled: looks at what they made us write while the socket takes nothing. */
  check(): void {
    const { sender, server, options } = this.core;
    // A client goes on reading, or two ends that both wait to write would wait for ever.
    if (sender.writable || !server) return;
    if (this.unwritableBytes + sender.output.pending > options.limits.unwritableBytesMax) this.pause();
  }

  /** The socket took all that it was given. */
  resume(): void {
    this.waiting = 0;
    this.unwritableBytes = 0;
    if (!this.paused) return;
    this.paused = false;
    if (!this.core.closed) this.core.io.setReading(true);
  }

  private pause(): void {
    if (this.paused || this.core.closed) return;
    this.paused = true;
    this.core.io.setReading(false);
  }
}
