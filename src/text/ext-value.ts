import {
  create,
  type DescMessage,
  fromJson,
  isMessage,
  type JsonValue,
  type Message,
  toJson,
} from "@bufbuild/protobuf";
import { type ReflectMessage, reflect } from "@bufbuild/protobuf/reflect";
import { isWrapperDesc } from "@bufbuild/protobuf/wkt";

const structName = "google.protobuf.Struct";

/**
 * What `setExtension` takes for a message: of a wrapper its value, where it is not in a list; of a Struct a JSON object. In fields,
 * `reflect` does that.
 */
export function extensionValueOf(value: ReflectMessage, inList: boolean): unknown {
  if (!inList && isWrapperDesc(value.desc)) return (value.message as Message & { value: unknown }).value;
  return value.desc.typeName === structName ? toJson(value.desc, value.message) : value.message;
}

/** The message that a value of `getExtension` stands for. */
export function messageOfExtension(desc: DescMessage, value: unknown): ReflectMessage {
  if (isMessage(value, desc)) return reflect(desc, value);
  if (desc.typeName === structName) return reflect(desc, fromJson(desc, value as JsonValue));
  return reflect(desc, create(desc, { value } as Record<string, unknown>));
}
