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
 * What the peer may send, as we granted it. A WINDOW_UPDATE waits until half of the window is to be returned. Streams
 * and the connection are each one, and do not have one: that saves an object for each.
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

/**
 * The connection's side of receiving. Its window follows what arrives, not what is used, as long as the unused bytes of
 * all streams together stay below a bound: else one handler that does not read would hold up all others.
 */
export class ConnectionReceiveWindow extends ReceiveWindow {
  /** Size of the whole window, in bytes. */
  target: number;
  /** Received bytes of all streams that the layer above did not consume yet. */
  unused: number = 0;
  private readonly unusedMax: number;
  /** Bytes to be returned once others were consumed. */
  private owed: number = 0;

  constructor(target: number, unusedMax: number) {
    super(target);
    this.target = target;
    this.unusedMax = unusedMax;
  }

  /** Bytes of it that nobody above will ever hold: padding, or data of a closed stream. Returns the WINDOW_UPDATE to send. */
  discard(byteCount: number): number {
    return this.giveBack(byteCount, this.target);
  }

  /**
   * Bytes of it that go up.
   *
   * @param streamWindow size of a stream's window: four slow streams must not be enough to hold up the others
   * @returns the WINDOW_UPDATE to be sent now, 0 for none
   */
  hold(byteCount: number, streamWindow: number): number {
    this.unused += byteCount;
    if (this.unused <= this.unusedMax || this.unused <= 4 * streamWindow) {
      return this.giveBack(byteCount, this.target);
    }
    this.owed += byteCount;
    return 0;
  }

  /** Bytes that went up were used, or their stream is gone. Returns the WINDOW_UPDATE to be sent now, 0 for none. */
  use(byteCount: number): number {
    this.unused -= byteCount;
    if (this.owed === 0) return 0;
    const returned = Math.min(this.owed, byteCount);
    this.owed -= returned;
    return this.giveBack(returned, this.target);
  }

  /** Makes the whole window larger. Returns the WINDOW_UPDATE to send. */
  growTo(target: number): number {
    const more = target - this.target;
    if (more <= 0) return 0;
    this.target = target;
    return this.grant(more);
  }
}
