import { checkNumber, checkOneOf } from "../base/check-option.js";

/** What to do with fields of received messages that the schema does not know. */
export type UnknownFields = "keep" | "drop";

/** What holds for messages that a server or a channel receives. */
export interface DecodeBounds {
  /** What one message may take of the heap when it is decoded, in bytes, by estimate; Infinity for no bound. */
  readonly maxDecodedBytes: number;
  readonly unknownFields: UnknownFields;
  /** Whose options these are, for messages of errors. */
  readonly side: "server" | "client";
}

/** By how many times the limit of received messages a decoded one may be larger than that limit. */
const decodedFactor = 4;

/** Small limits for messages are not meant to keep them from being decoded. */
const decodedBytesMin = 1_048_576;

/** The default of `maxDecodedBytes` where messages may have so many bytes on the wire. */
export function maxDecodedBytesFor(receiveMessageBytesMax: number): number {
  return Math.max(decodedFactor * receiveMessageBytesMax, decodedBytesMin);
}

/** The options of a server, a channel or a call that make bounds. */
export interface DecodeBoundsOptions {
  readonly maxDecodedBytes?: number | undefined;
  readonly unknownFields?: UnknownFields | undefined;
}

/** The bounds of a side, with their defaults. */
export function decodeBounds(
  side: DecodeBounds["side"],
  options: DecodeBoundsOptions,
  receiveMessageBytesMax: number,
): DecodeBounds {
  return {
    maxDecodedBytes: options.maxDecodedBytes ?? maxDecodedBytesFor(receiveMessageBytesMax),
    unknownFields: options.unknownFields ?? "keep",
    side,
  };
}

/**
 * Checks the options of `decodeBounds`.
 *
 * @throws {TypeError} naming the option, its value and what it may be
 */
export function checkDecodeBounds({ maxDecodedBytes, unknownFields }: DecodeBoundsOptions): void {
  checkNumber("maxDecodedBytes", maxDecodedBytes, 0);
  checkOneOf("unknownFields", unknownFields, ["keep", "drop"]);
}

/** The estimate counts in words of 8 bytes, which keeps it an integer of 32 bits for up to 16 GiB. */
const wordBytes = 8;
export const wordsMax = 0x7fffffff;

/** How many words a message may take. */
export function wordsOf(bounds: DecodeBounds | undefined): number {
  return bounds === undefined ? wordsMax : Math.min(wordsMax, Math.floor(bounds.maxDecodedBytes / wordBytes));
}

/** A message that would take more of the heap than it may. */
export class DecodedSizeError extends Error {
  constructor(typeName: string, bounds: DecodeBounds | undefined) {
    const limit = bounds === undefined ? wordsMax * wordBytes : bounds.maxDecodedBytes;
    const side = bounds === undefined ? "" : ` of this ${bounds.side}`;
    super(`message ${typeName} takes more memory when decoded than maxDecodedBytes = ${limit}${side}`);
  }
}
