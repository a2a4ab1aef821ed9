/** Default for the size of a received message, in bytes, before and after decompression: that of all gRPC stacks. */
export const messageBytesMaxDefault = 4_194_304;

/**
 * Chunks smaller than this are copied together, in bytes. A peer that sends a byte a frame would otherwise cost
 * an object, and the read buffer around it, for each byte.
 */
export const coalescedChunkBytesMax = 1024;

/** Size of the first buffer that small chunks are copied to, in bytes; each further one is twice as large. */
export const coalescingBufferBytesMin = 1024;

/** Size of the buffer for the first bytes of a message when they are all that is there, in bytes. */
export const detachedBytesMin = 64;

/** The largest of these buffers, in bytes. */
export const coalescingBufferBytesMax = 65_536;

/** Messages up to this size are compressed and decompressed at once; larger ones in a thread of the pool, in bytes. */
export const syncInputBytesMax = 65_536;

/**
 * A message that decompresses to more than this goes to a thread as well, in bytes: a small bomb must not hold
 * the event loop for as long as the whole limit takes.
 */
export const syncOutputBytesMax = 262_144;

/**
 * A message of at least so many bytes that comes in pieces gets memory of its own before it is whole, and what comes is copied
 * there at once. The pieces, which lie in read buffers, then die young; kept until the message is whole they would outlive
 * collections, of which only a full one frees them.
 */
export const gatheredBytesMin = 65_536;

/** That memory is made once this part of the message is here, so that an announced length holds at most as many times what came. */
export const gatheredShare = 4;

/** Time that decompressing and decoding may take in one turn of the event loop, in ms: what is left goes on in the next. */
export const turnWorkMs = 5;

/** The clock is looked at after so many bytes, decompressed or decoded. */
export const workBytesPerLook = 65_536;

/** What a message counts beside its bytes: an empty one costs a decoding, and wakes its reader, too. */
export const messageWorkBytes = 256;

/** Bytes that may be decompressed in one turn of the event loop: they are garbage at its end, and so are the objects made of them. */
export const turnInflatedBytesMax = 8_388_608;

/**
 * A message of at most so many bytes that is not compressed costs next to nothing: it does not wait for those of others that have used a
 * turn up.
 */
export const smallMessageBytesMax = 4_096;

/** As long as there are few of them in that turn, counted with `messageWorkBytes` each. */
export const smallWorkBytesMax = 65_536;

/** Messages of one server or channel that are in threads at once: Node has four, and the results of more would only wait. */
export const inflatingMax = 4;
