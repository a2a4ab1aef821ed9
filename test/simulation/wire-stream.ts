/** A stream as one end of a connection has shown it and seen it on the wire. */
export class WireStream {
  readonly id: number;
  /** Header blocks that this end sent. */
  blocksSent = 0;
  /** This end sent END_STREAM; the peer's was delivered to it. */
  ended = false;
  peerEnded = false;
  resetSent = false;
  /** Which write of this end came last before it was delivered a reset; -1 when it was not. */
  resetAtWrite = -1;
  /** What this end may still send, by what was delivered to it. */
  sendBytes: number;
  /** What this end lets the peer still send, by what it has written. */
  grantedBytes: number;

  constructor(id: number, sendBytes: number, grantedBytes: number) {
    this.id = id;
    this.sendBytes = sendBytes;
    this.grantedBytes = grantedBytes;
  }

  /** Over, as this end sees it. */
  get closed(): boolean {
    return this.resetSent || this.resetAtWrite >= 0 || (this.ended && this.peerEnded);
  }
}
