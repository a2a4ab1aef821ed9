/** The largest window (RFC 9113 section 6.9.1). */
export const windowBytesLimit = 0x7fff_ffff;
/** Window of each stream and of the connection before any setting (RFC 9113 section 6.9.2). */
export const initialWindowBytes = 65_535;

/** What we may send, as the peer granted it. Below 0 after the peer shrank the initial window. */
export class SendWindow {
  /** Bytes that the peer would still take. */
  available: number;

  constructor(bytes: number) {
    this.available = bytes;
  }

  /** A WINDOW_UPDATE, or a change of the initial window; false when it makes the window larger than 2^31-1. */
  grow(byteCount: number): boolean {
    if (this.available + byteCount > windowBytesLimit) return false;
    this.available += byteCount;
    return true;
  }
}

/**
 * What the peer may send on a stream, as we granted it. A WINDOW_UPDATE waits until half of the window is to be returned. A
 * stream is one, and does not have one: that saves an object for each.
 */
export class ReceiveWindow {
  /** Bytes that the peer may still send, counting what we announced. */
  receivable: number;
  /** Used bytes that are not announced yet. */
  private returned: number = 0;
  /** Bytes that were granted before others were used: what is used next has been announced already. */
  private ahead: number = 0;

  constructor(bytes: number) {
    this.receivable = bytes;
  }

  /** Bytes have come; false when they are more than was granted. */
  receive(byteCount: number): boolean {
    if (byteCount > this.receivable) return false;
    this.receivable -= byteCount;
    return true;
  }

  /**
   * Bytes were used.
   *
   * @param target size of the whole window
   * @returns the WINDOW_UPDATE to be sent now, 0 for none
   */
  giveBack(byteCount: number, target: number): number {
    const announced = Math.min(this.ahead, byteCount);
    this.ahead -= announced;
    this.returned += byteCount - announced;
    if (this.returned * 2 < target || this.returned === 0) return 0;
    const update = Math.min(this.returned, windowBytesLimit - this.receivable);
    this.receivable += update;
    this.returned = 0;
    return update;
  }

  /** Lets the peer send so many bytes at once, also more than a window. Returns the WINDOW_UPDATE to be sent now. */
  grantAhead(byteCount: number): number {
    const more = byteCount - this.receivable;
    if (more <= 0) return 0;
    const granted = this.grant(more);
    this.ahead += granted;
    return granted;
  }

  /** Bytes granted beyond what was used: the window was made larger. Returns how many could be. */
  grant(byteCount: number): number {
    const granted = Math.min(byteCount, windowBytesLimit - this.receivable);
    this.receivable += granted;
    return granted;
  }
}

/** A WINDOW_UPDATE of the connection gives back at least so much, in bytes, unless its window is small or somebody waits for less. */
const updateBytesMin = 16_384;

/**
 * The connection's side of receiving. Its window follows what arrives, not what is used, so that one handler that does not
 * read holds up no other; but what was received and not used, and what may still come, are together at most the receive
 * buffer. Beyond it the window only has room for the rest of messages that are waited for.
 */
export class ConnectionReceiveWindow {
  /** Bytes that the peer may still send, counting what we announced. */
  receivable: number;
  /** Size of the whole window, in bytes. */
  target: number;
  /** Received bytes of all streams that the layer above did not consume yet. */
  unused: number = 0;
  /** Bytes that are still to come of messages that have begun and that somebody waits for. */
  expected: number = 0;
  /** The receive buffer, in bytes. */
  readonly bufferBytesMax: number;

  constructor(target: number, bufferBytesMax: number) {
    this.receivable = target;
    this.target = target;
    this.bufferBytesMax = bufferBytesMax;
  }

  /** Bytes have come; false when they are more than was granted. */
  receive(byteCount: number): boolean {
    if (byteCount > this.receivable) return false;
    this.receivable -= byteCount;
    return true;
  }

  /**
   * The WINDOW_UPDATE to be sent now, 0 for none. It waits until half of the window is to be returned.
   *
   * @param bufferBytes the receive buffer at this moment
   */
  update(bufferBytes: number = this.bufferBytesMax): number {
    const { target } = this;
    const room = bufferBytes - this.unused;
    // What is waited for has room in any case: a message of which a part is here would else hold it for ever.
    const needed = Math.min(target, this.expected);
    const window = Math.min(target, Math.max(room, needed));
    const update = window - this.receivable;
    if (update <= 0) return 0;
    const isLarge = update * 2 >= window && update >= Math.min(updateBytesMin, target / 2);
    // Exact where little is waited for: nobody would send the rest of it otherwise.
    const isNeeded = this.receivable < needed && needed <= updateBytesMin;
    return isLarge || isNeeded || (window === needed && update * 2 >= window) ? this.grant(update) : 0;
  }

  /** Makes the whole window larger. Returns the WINDOW_UPDATE to send. */
  growTo(target: number): number {
    const more = target - this.target;
    if (more <= 0) return 0;
    this.target = target;
    const room = Math.min(target, this.bufferBytesMax - this.unused) - this.receivable;
    return room <= 0 ? 0 : this.grant(Math.min(more, room));
  }

  private grant(byteCount: number): number {
    this.receivable += byteCount;
    return byteCount;
  }
}
