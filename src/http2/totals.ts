import type { Http2Limits } from "./limits.js";

/** A connection that holds received bytes. */
export interface Holder {
  /** Received bytes that nobody has taken. */
  readonly heldBytes: number;
  /** Ends streams, the newest first, until so many bytes are held. */
  shed(heldBytes: number, limit: string): void;
}

/** Down to these shares of the limits streams are ended, so that the next byte has not to look for a victim again. */
const keptShare = 31 / 32;
const totalKeptShare = 7 / 8;
/** What a connection may hold while all of them together hold much, in bytes: a window that was never grown. */
const bufferBytesPressed = 65_536;

/**
 * What all connections of a server, or of a channel, hold together. Each counts as it receives, queues and lets go; only when
 * a limit is passed somebody has to look at all of them.
 */
export class ConnectionTotals {
  /** Received bytes that nobody has taken. */
  heldBytes: number = 0;
  /** Bytes that wait to be sent, and those in sockets that take no more. */
  sendBytes: number = 0;
  /** Calls of a server that are open or whose handlers still work. */
  calls: number = 0;
  /** Their header lists, but for those that are shared. */
  headerBytes: number = 0;
  private readonly limits: Http2Limits;
  private readonly holders: Set<Holder> = new Set();

  constructor(limits: Http2Limits) {
    this.limits = limits;
  }

  /** A server takes no more calls. */
  get isFull(): boolean {
    return this.calls >= this.limits.maxTotalCalls || this.headerBytes >= this.limits.maxTotalHeaderBytes;
  }

  add(holder: Holder): void {
    this.holders.add(holder);
  }

  remove(holder: Holder): void {
    this.holders.delete(holder);
  }

  /** The receive buffer of a connection: the usual one while all of them together hold less than half of what they may. */
  receiveBuffer(bufferBytesMax: number): number {
    if (this.heldBytes * 2 <= this.limits.maxTotalHeldMessageBytes) return bufferBytesMax;
    return Math.min(bufferBytesMax, bufferBytesPressed);
  }

  /** What a connection may queue: the usual while all of them together queue less than half of what they may, and nothing past that. */
  sendBuffer(bufferBytesMax: number): number {
    const { maxTotalSendBufferBytes } = this.limits;
    if (this.sendBytes * 2 < maxTotalSendBufferBytes) return bufferBytesMax;
    return this.sendBytes < maxTotalSendBufferBytes ? Math.min(bufferBytesMax, bufferBytesPressed) : 0;
  }

  /** Called by a connection that has received: ends streams where it, or all together, hold more than they may. */
  check(holder: Holder): void {
    const { maxHeldMessageBytes, maxTotalHeldMessageBytes } = this.limits;
    if (holder.heldBytes > maxHeldMessageBytes) holder.shed(maxHeldMessageBytes * keptShare, "maxHeldMessageBytes");
    if (this.heldBytes > maxTotalHeldMessageBytes) this.shed(maxTotalHeldMessageBytes * totalKeptShare);
  }

  /** The connections that hold most have to let go first: an honest one holds a message for a moment. */
  private shed(keptBytes: number): void {
    const byBytes = [...this.holders].sort((a, b) => b.heldBytes - a.heldBytes);
    for (const holder of byBytes) {
      const tooMany = this.heldBytes - keptBytes;
      if (tooMany <= 0) return;
      holder.shed(Math.max(0, holder.heldBytes - tooMany), "maxTotalHeldMessageBytes");
    }
  }
}
