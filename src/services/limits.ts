/** What a server may make a reflection client hold. */
export interface ReflectionClientLimits {
  /**
   * Files that one client keeps. Default 10 000: all of Google's public APIs together have some 8 000. A file that says nothing is
   * a few bytes on the wire and some KB here.
   */
  readonly filesMax: number;
  /** Bytes of all descriptors that one client keeps, as they came. Default 8 388 608 (8 MiB). */
  readonly descriptorBytesMax: number;
  /**
   * Messages, fields, enum values, methods and other parts of all those files. Default 250 000: of each some 400 bytes are kept, so
   * about 100 MB at the worst.
   */
  readonly descriptorPartsMax: number;
  /** Services that a server may list, and extension numbers of one message. Default 10 000. */
  readonly namesMax: number;
}

export const reflectionClientLimits: ReflectionClientLimits = {
  filesMax: 10_000,
  descriptorBytesMax: 8_388_608,
  descriptorPartsMax: 250_000,
  namesMax: 10_000,
};

/**
 * Characters of the full name of a type that a server tells of, and its parts between dots. Each type inside of others has a full
 * name of its own, so that a long name that is sent once would be kept many times. The longest ones of Google's public APIs are
 * some 200 long.
 */
export const typeNameCharsMax = 500;
export const typeNamePartsMax = 64;

/**
 * How long a reflection client waits for the server to end a stream whose requests have ended, in ms; then it cancels the stream. A server
 * that lives ends it within a round trip.
 */
export const reflectionEndWaitMs = 1_000;

/** Services that `Health.List` tells of; more are RESOURCE_EXHAUSTED, as the interface says. */
export const listedServicesMax = 10_000;

/** Events that channelz keeps of each channel, subchannel and server: the last ones tell why it is as it is. */
export const traceEventsMax = 32;
/** Channels and servers that one channelz keeps: those that a program forgets to close must not fill the memory. More are not seen. */
export const topRecordsMax = 10_000;
/** Things on a page that is asked for without a size, as in grpc-go twice. */
export const pageDefault = 100;
/** The largest page, whatever is asked for. */
export const pageMax = 1_000;
