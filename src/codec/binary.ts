import {
  type BinaryReadOptions,
  type BinaryWriteOptions,
  type DescMessage,
  type MessageShape,
  protoInt64,
  fromBinary as referenceFromBinary,
  toBinary as referenceToBinary,
} from "@bufbuild/protobuf";
import { CodecEngine } from "./compiled-codec.js";

/**
 * What code is made of a schema; made when first used. It is a cache and changes no result, so that two users of it
 * need not know of each other. Without it, each call would have to be handed a provider.
 */
let shared: CodecEngine | undefined;

function engine(): CodecEngine {
  shared ??= new CodecEngine();
  return shared;
}

/** How a message is written. */
export type ToBinaryOptions = BinaryWriteOptions & {
  /** Whether the entries of maps are written in the order of their keys; default false. */
  readonly deterministic: boolean;
};

/**
 * Encodes a message, as `toBinary` of protobuf-es does, by code made for its type.
 * @throws {Error} when a value does not fit its field; the message names the field, the value and what it may be
 */
export function toBinary<Desc extends DescMessage>(
  schema: Desc,
  message: MessageShape<Desc>,
  options?: Partial<ToBinaryOptions>,
): Uint8Array<ArrayBuffer> {
  if (!protoInt64.supported) return referenceToBinary(schema, message, options);
  const codecs = engine();
  return codecs.encode(codecs.plan(schema), message, { ...options, exact: true }) as Uint8Array<ArrayBuffer>;
}

/**
 * Decodes a message, as `fromBinary` of protobuf-es does, by code made for its type.
 * @throws {Error} when the bytes are not a valid encoding; the message names the field and the offset
 */
export function fromBinary<Desc extends DescMessage>(
  schema: Desc,
  bytes: Uint8Array,
  options?: Partial<BinaryReadOptions>,
): MessageShape<Desc> {
  if (!protoInt64.supported) return referenceFromBinary(schema, bytes, options);
  const codecs = engine();
  return codecs.decode(codecs.plan(schema), bytes, options) as unknown as MessageShape<Desc>;
}
