/** Largest number of a field: a tag has 3 of its 32 bits for the wire type. */
export const fieldNumberMax: number = 536870911;

/** Largest number of an extension of a message set. */
export const setNumberMax: number = 0x7fffffff;

/** Longest `.proto` text read, in UTF-16 units. Real files stay under 1 MiB; the limit keeps token tables small. */
export const sourceUnitsMax: number = 32 * 1024 * 1024;

/** Deepest nesting of messages, groups and map entries; the same as `protoc`'s. Bounds the recursion of every later pass. */
export const messageDepthMax: number = 31;

/** Deepest nesting of messages in an option's value, as deep as `protoc` reads them back. */
export const valueDepthMax: number = 100;

/** Longest name of a package, in characters; the same as `protoc`'s. */
export const packageLengthMax: number = 511;

/** Most dots in the name of a package; the same as `protoc`'s. */
export const packageDotsMax: number = 100;

/** Longest full name of anything, in bytes; the same as `protoc`'s, which holds lengths in 16 bits. */
export const nameBytesMax: number = 65535;

/** Longest chain of imports. Bounds the recursion of the loader. */
export const importDepthMax: number = 1_000;

/** Errors told per file; the rest of a file with more of them is most likely not a `.proto` file at all. */
export const diagnosticsPerFileMax: number = 1_000;

/** Longest piece of a source line shown under an error, in UTF-16 units. */
export const sourceLineUnitsMax: number = 160;

/** Names that are not defined get a hint this often in one run: a hint costs a look at all names. */
export const hintsMax: number = 100;
