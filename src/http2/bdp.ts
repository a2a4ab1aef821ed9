/** A sample must reach this share of the estimate to raise it: then the window, not the path, was the bound. */
const fullShare = 2 / 3;
/** The estimate becomes this multiple of the sample. */
const growth = 2;
/** How much a new round trip time counts in the mean. */
const roundTripWeight = 0.9;
/** A sample begins after this share of the estimate has come: few small messages need no measuring, and cost no PINGs. */
const startShare = 1 / 4;

/**
 * Estimates how much data is on its way between the peer and us (the bandwidth-delay product), as gRPC's other
 * implementations do: a PING is sent as data comes, and what comes until its ack is a sample. When a sample fills most
 * of the window and the bandwidth was the highest yet, the window is too small and becomes twice the sample.
 */
export class BdpEstimator {
  /** The estimate, in bytes: what the windows should be. */
  bytes: number;
  private readonly bytesMax: number;
  private sample: number = 0;
  private sampling: boolean = false;
  private rttMs: number = 0;
  private samples: number = 0;
  private bandwidthMax: number = 0;

  constructor(bytes: number, bytesMax: number) {
    this.bytes = bytes;
    this.bytesMax = bytesMax;
  }

  /** So much must have come before a window of `bytes` bytes is worth measuring: the first sample begins no earlier. */
  static startBytes(bytes: number): number {
    return bytes * startShare;
  }

  /** Data has come; true when the caller is to send a PING now. */
  onData(byteCount: number): boolean {
    this.sample += byteCount;
    if (this.sampling || this.bytes >= this.bytesMax || this.sample < BdpEstimator.startBytes(this.bytes)) return false;
    this.sampling = true;
    this.sample = byteCount;
    return true;
  }

  /** The ack of the PING came. Returns the larger estimate, or 0 when it stays. */
  onAck(rttMs: number): number {
    const { sample } = this;
    this.sampling = false;
    this.sample = 0;
    this.samples++;
    // The mean moves quickly in the first ten samples and slowly behind them.
    if (this.samples < 10) this.rttMs += (rttMs - this.rttMs) / this.samples;
    else this.rttMs += (rttMs - this.rttMs) * (1 - roundTripWeight);
    const bandwidth = sample / Math.max(this.rttMs * 1.5, 0.001);
    const fastest = bandwidth >= this.bandwidthMax;
    if (fastest) this.bandwidthMax = bandwidth;
    if (!fastest || sample < this.bytes * fullShare) return 0;
    this.bytes = Math.min(Math.ceil(sample * growth), this.bytesMax);
    return this.bytes;
  }
}
