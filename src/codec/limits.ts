/**
 * How deep messages, groups and skipped groups may be nested in bytes that are decoded. The number of all official
 * implementations; a deeper message would spend the call stack (CVE-2025-4565).
 */
export const depthMax = 100;

/** A varint has at most this many bytes: 64 bits in groups of seven. */
export const varintBytesMax = 10;

/** What the writer keeps between two messages; larger buffers are given away with their message. */
export const scratchBytes: number = 16 * 1024;
