/** Size of the dynamic table before any setting was exchanged, in bytes (RFC 9113 section 6.5.2). */
export const initialTableSizeBytes = 4096;

/** What an entry of a table, or a field of a list, counts beside its name and value, in bytes (RFC 7541 section 4.1). */
export const entryOverheadBytes = 32;

/** Default for the size of a decoded header list, in bytes: each field is name + value + 32 (RFC 9113 section 6.5.2). */
export const headerListBytesMaxDefault = 16_384;

/** Default for the number of fields of a header list. Fields of one byte on the wire are what makes HPACK bombs. */
export const headerFieldsMaxDefault = 128;

/** Integers of more continuation bytes are refused (CVE-2022-41723): five carry all of 32 bits. */
export const integerContinuationBytesMax = 5;

/** The largest integer taken: no length or index of HTTP/2 is larger. */
export const integerMax = 0xffff_ffff;

/** Longest header block that the decoder remembers, in bytes. Blocks that repeat are short: all of it is indexed. */
export const rememberedBlockBytesMax = 256;

/** Header lists that the decoder keeps for blocks that came twice. A server sees one a method, a client two. */
export const rememberedBlocksMax = 8;

/** Blocks seen once, of which only the bytes are kept until they come again. */
export const candidateBlocksMax = 4;

/** Encoded lists that the encoder keeps. */
export const rememberedListsMax = 16;

/** Longest encoding that is kept for a list, in bytes. */
export const rememberedListBytesMax = 512;

/** Entries of one name that the encoder looks through; behind that the value goes as a literal. */
export const entriesPerNameMax = 64;

/** An insertion that evicts costs as many header blocks of waiting, so that a set larger than the table cannot thrash it. */
export const blocksPerEviction = 16;

/** Evicting insertions that may come at once. */
export const evictionBurst = 8;

/** Scratch space larger than this is given back after a block, in bytes: an idle connection keeps next to nothing. */
export const scratchKeptBytesMax = 512;

/** Longest value that is put into the table only for the sake of its name, in bytes. */
export const nameOnlyValueBytesMax = 64;
