import type { DescMessage, MessageInitShape, MessageShape } from "@bufbuild/protobuf";
import type { ByteRange } from "../base/byte-range.js";
import type { DecodeBounds } from "./decode-bounds.js";

/**
 * Turns one message type into bytes and back. What stands behind it may change (an interpreter, code
 * made for the type); what it takes and gives does not: messages of `@bufbuild/protobuf`.
 */
export interface MessageCodec<Desc extends DescMessage = DescMessage> {
  /**
   * @param message a message, or a plain partial object for one
   * @param headroom bytes left free in front of the encoding, for the prefix of the layer above
   * @returns a buffer of `headroom` zero bytes followed by the encoding
   * @throws {Error} when a value does not fit its field; the message names the field, the value and what it may be
   */
  encode(message: MessageInitShape<Desc>, headroom: number): Uint8Array;
  /**
   * Looks through a plain object that a message is to be made of, for what would get lost without a word, as `encode` does for one
   * that it is given. Left out: nothing is looked for.
   *
   * @throws {TypeError} naming path and type, what was found and what to write
   */
  checkPlain?(init: object): void;
  /** Takes back what `encode` gave, when nobody reads it any more: the next large message needs no memory of its own then. */
  reuse?(bytes: Uint8Array): void;
  /**
   * @param bounds what the server or channel that received the bytes allows; without them nothing is bounded, and all is kept
   * @throws {DecodedSizeError} when the message would take more of the heap than `bounds` allow: the call ends with RESOURCE_EXHAUSTED
   * @throws {Error} when the bytes are not a valid encoding of the type
   */
  decode(bytes: Uint8Array, bounds?: DecodeBounds): MessageShape<Desc>;
  /**
   * As `decode`, of bytes within a chunk, which spares a view of them. The range is not to be changed and valid during this call
   * only, the chunk for as long as something refers to it. Without it, `decode` gets a view; a codec that wraps another one by
   * inheritance overrides both.
   */
  decodeRange?(range: ByteRange, bounds?: DecodeBounds): MessageShape<Desc>;
}

/** Decodes bytes within a chunk; throws as `MessageCodec.decode`. */
export function decodeRange<Desc extends DescMessage>(
  codec: MessageCodec<Desc>,
  range: ByteRange,
  bounds?: DecodeBounds,
): MessageShape<Desc> {
  return codec.decodeRange === undefined ? codec.decode(range.view(), bounds) : codec.decodeRange(range, bounds);
}

/** Gives the codec of a message type; asked once per method, not per call. */
export type CodecProvider = <Desc extends DescMessage>(schema: Desc) => MessageCodec<Desc>;
