/** What a server may make a reflection client hold. */
export interface ReflectionClientLimits {
  /**
   * Files that one client keeps. Default 10 000: all of Google's public APIs together have some 8 000. A file that says nothing is
   * a few bytes on the wire and some KB here.
   */
  readonly filesMax: number;
  /** Bytes of all descriptors that one client keeps, as they came. Default 8 388 608 (8 MiB). */
  readonly descriptorBytesMax: number;
  /** Services that a server may list, and extension numbers of one message. Default 10 000. */
  readonly namesMax: number;
}

export const reflectionClientLimits: ReflectionClientLimits = {
  filesMax: 10_000,
  descriptorBytesMax: 8_388_608,
  namesMax: 10_000,
};
