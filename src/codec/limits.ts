/**
 * How deep messages, groups and skipped groups may be nested in bytes that are decoded. The number of all official
 * implementations; a deeper message would spend the call stack (CVE-2025-4565).
 */
export const depthMax = 100;

/** A varint has at most this many bytes: 64 bits in groups of seven. */
export const varintBytesMax = 10;

/**
 * Messages are written behind each other into memory of this size, since an allocation for each would cost more than
 * its encoding. A message that is kept keeps as much; Node's own pool for small buffers is half as large.
 */
export const slabBytes: number = 16 * 1024;

/**
 * Memory of large messages that were sent and is kept for the next ones, in bytes, per server or channel: fresh memory is what a
 * large message costs most. Two messages of 1 MiB.
 */
export const spareBytesMax: number = 9 * 256 * 1024;

/** With less left than that, a new slab is begun, so that most messages need not move while they grow. */
export const slabRestBytesMin: number = 2 * 1024;

/** How many keys of maps a reader remembers, a power of two; and how long they may be. */
export const keysMax = 256;
export const keyBytesMax = 32;

/**
 * So many messages of a type are interpreted in each direction before code is made for it; so many bytes of a message count as one
 * more. An estimate: to make code and run it for the first times takes as long as some hundred messages take the interpreter.
 */
export const hotAfter = 100;
export const hotBytes = 256;
