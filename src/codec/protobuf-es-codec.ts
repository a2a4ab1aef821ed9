import {
  create,
  type DescMessage,
  fromBinary,
  isMessage,
  type MessageInitShape,
  type MessageShape,
  toBinary,
} from "@bufbuild/protobuf";
import type { CodecProvider, MessageCodec } from "./codec.js";
import type { DecodeBounds } from "./decode-bounds.js";
import { type MessageCheck, MessageChecks } from "./message-check.js";
import { describeValue } from "./value-check.js";

/** Encodes and decodes by the general writer and reader of `@bufbuild/protobuf`. */
class ProtobufEsCodec<Desc extends DescMessage> implements MessageCodec<Desc> {
  readonly #schema: Desc;
  readonly #check: MessageCheck;
  /** A field is named as something that all objects inherit, as `has_own_property`: `create` would take that. */
  readonly #inherits: boolean;

  constructor(schema: Desc, check: MessageCheck) {
    this.#schema = schema;
    this.#check = check;
    this.#inherits = schema.members.some((member) => member.localName in Object.prototype);
  }

  encode(message: MessageInitShape<Desc>, headroom: number): Uint8Array {
    const encoding = this.#toBytes(message);
    const bytes = new Uint8Array(headroom + encoding.byteLength);
    bytes.set(encoding, headroom);
    return bytes;
  }

  #toBytes(init: MessageInitShape<Desc>): Uint8Array {
    const schema = this.#schema;
    checkInit(schema, init);
    try {
      // A message of the type is used as it is, anything else is an initializer for one.
      const message = create(schema, this.#inherits && !isMessage(init) ? ownProperties(init) : init);
      this.#check(message);
      return toBinary(schema, message);
    } catch (error) {
      throw encodeError(schema, error);
    }
  }

  /** The reader of protobuf-es does not count what it takes: of the bounds, only `unknownFields` is kept to. */
  decode(bytes: Uint8Array, bounds?: DecodeBounds): MessageShape<Desc> {
    try {
      return fromBinary(this.#schema, bytes, { readUnknownFields: bounds?.unknownFields !== "drop" });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`cannot decode message ${this.#schema.typeName}: ${reason}`, { cause: error });
    }
  }
}

function ownProperties<T extends object>(init: T): T {
  return Object.assign(Object.create(null), init);
}

/** `create` would take a number or a message of another type for an initializer without known fields. */
function checkInit(schema: DescMessage, init: unknown): void {
  if (typeof init !== "object" || init === null || Array.isArray(init)) {
    throw new TypeError(`expected a message ${schema.typeName}, got ${describeValue(init)}`);
  }
  if (isMessage(init) && init.$typeName !== schema.typeName) {
    throw new TypeError(`expected a message ${schema.typeName}, got ${describeValue(init)}`);
  }
}

function encodeError(schema: DescMessage, error: unknown): Error {
  if (error instanceof RangeError && /call stack/i.test(error.message)) {
    return new Error(`cannot encode message ${schema.typeName}: it is nested too deep, or contains itself`);
  }
  if (error instanceof TypeError && /^(field|oneof) /.test(error.message)) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new Error(`cannot encode message ${schema.typeName}: ${reason}`, { cause: error });
}

/**
 * Codecs over `@bufbuild/protobuf`. Each call makes a provider with a cache of its own; the codec of a type is made
 * when first asked for.
 */
export function protobufEsCodecs(): CodecProvider {
  const codecs = new WeakMap<DescMessage, unknown>();
  const checks = new MessageChecks();
  return <Desc extends DescMessage>(schema: Desc): MessageCodec<Desc> => {
    let codec = codecs.get(schema) as MessageCodec<Desc> | undefined;
    if (codec === undefined) {
      codec = new ProtobufEsCodec(schema, checks.get(schema));
      codecs.set(schema, codec);
    }
    return codec;
  };
}
