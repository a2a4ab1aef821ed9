/** What goes wrong on the way of bytes in one direction. All of it may be left out. */
export interface LinkFaults {
  /** Each chunk arrives so much later, in ms. */
  readonly latencyMs?: number;
  /** And up to so much more, as chance has it; bytes stay in order. */
  readonly jitterMs?: number;
  /** Chunks are cut into pieces of 1 to so many bytes. */
  readonly sliceBytesMax?: number;
  readonly bytesPerSecond?: number;
  /** When so many bytes have gone through, both ends are reset. */
  readonly resetAfterBytes?: number;
  /** When so many bytes have gone through, the receiver is told that it was all; the rest is lost. */
  readonly halfCloseAfterBytes?: number;
  /** Nothing gets through, and nobody is told. */
  readonly blackhole?: boolean;
}

/** What goes wrong with a connection. */
export interface ConnectionFaults {
  /** From the client to the server. */
  readonly up?: LinkFaults;
  /** From the server to the client. */
  readonly down?: LinkFaults;
}
