import type { DescMessage } from "@bufbuild/protobuf";
import { decodeParameters, decodeText } from "./emit-decode.js";
import { encodeParameters, encodeText } from "./emit-encode.js";
import { makeParameters, makeText } from "./emit-make.js";
import { FieldReader, interpretedMake } from "./interpret-decode.js";
import { interpretedEncode } from "./interpret-encode.js";
import { Plans } from "./plan.js";
import { canCompile } from "./source.js";

/** A function that is part of a type's code: how it is called, and its text. */
export interface CodeFunction {
  readonly name: "make" | "encode" | "decode";
  readonly parameters: readonly string[];
  readonly body: string;
}

/** Writes the code of types ahead of time: the very code that is made at run time where that is allowed. */
export class CodePrinter {
  readonly #plans: Plans = new Plans({
    encode: interpretedEncode,
    decode: (plan) => new FieldReader().fields(plan),
    make: interpretedMake,
  });

  /** Undefined for a type that is always interpreted, since its names cannot stand in code. */
  print(schema: DescMessage): readonly CodeFunction[] | undefined {
    const plan = this.#plans.get(schema);
    if (!canCompile(plan)) return undefined;
    return [
      { name: "make", parameters: makeParameters, body: makeText(plan) },
      { name: "encode", parameters: encodeParameters, body: encodeText(plan) },
      { name: "decode", parameters: decodeParameters, body: decodeText(plan) },
    ];
  }
}
