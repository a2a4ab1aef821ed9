import { decodeParameters, decodeText } from "./emit-decode.js";
import { encodeLibrary, encodeParameters, encodeText } from "./emit-encode.js";
import { makeParameters, makeText, zerosOf } from "./emit-make.js";
import type { FieldReader } from "./interpret-decode.js";
import {
  type DecodeFields,
  type EncodeFields,
  type Fields,
  type MessagePlan,
  type OneofPlan,
  specimen,
} from "./plan.js";
import { setOwn } from "./struct-json.js";

/**
 * The code made for one type, when it is first used or ahead of time: functions of what it refers to. Their parameters
 * are those that `encodeParameters` and its neighbours name.
 */
export interface TypeCode {
  readonly make: (typeName: string, prototype: object | null, zeros: readonly unknown[]) => () => Fields;
  readonly encode: (
    library: typeof encodeLibrary,
    fields: MessagePlan["fields"],
    types: readonly (string | undefined)[],
    oneofs: readonly OneofPlan[],
    h: Uint8Array,
  ) => EncodeFields;
  readonly decode: (
    plan: MessagePlan,
    rest: FieldReader,
    fields: MessagePlan["fields"],
    set: typeof setOwn,
  ) => DecodeFields;
}

/** Makes the code of a type now, which a Content-Security-Policy may forbid. Each part is made when it is asked for. */
export function compileType(plan: MessagePlan): TypeCode {
  return {
    make: (...args) => evaluate(makeParameters, makeText(plan))(...args) as () => Fields,
    encode: (...args) => evaluate(encodeParameters, encodeText(plan))(...args) as EncodeFields,
    decode: (...args) => evaluate(decodeParameters, decodeText(plan))(...args) as DecodeFields,
  };
}

/** Strict, as the code in generated modules is. */
function evaluate(parameters: readonly string[], body: string): (...args: readonly unknown[]) => unknown {
  return new Function(...parameters, `"use strict";\n${body}`) as (...args: readonly unknown[]) => unknown;
}

export function linkMake(code: TypeCode, plan: MessagePlan): () => Fields {
  const message = specimen(plan.schema);
  return code.make(plan.typeName, Object.getPrototypeOf(message) as object | null, zerosOf(message));
}

export function linkEncode(code: TypeCode, plan: MessagePlan): EncodeFields {
  const { fields, oneofs } = plan;
  const types = fields.map((field) => field.child?.typeName);
  const hints = new Uint8Array(fields.length).fill(1);
  return code.encode(encodeLibrary, fields, types, oneofs, hints);
}

export function linkDecode(code: TypeCode, plan: MessagePlan, rest: FieldReader): DecodeFields {
  return code.decode(plan, rest, plan.fields, setOwn);
}
