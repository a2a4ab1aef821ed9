import { ScalarType } from "@bufbuild/protobuf";
import type { FieldPlan } from "./plan.js";

/** Code for one scalar value that is in the variable `x`. The other variables are those of emit-encode.ts. */
export interface ScalarCode {
  /** Whether `x` fits its type. */
  readonly check: string;
  /** Whether `x` is written where presence is implicit. */
  readonly nonzero: string;
  /** Writes `x` at `p`. */
  readonly write: string;
  /** Bytes that `x` takes where that does not depend on it, at most; 0 for text and bytes. */
  readonly bytesMax: number;
  /** Bytes that `x` takes, where packed values are sized before they are written. */
  readonly size: string | undefined;
}

const small = (rest: string): string => `if (x >= 0 && x < 128) b[p++] = x; else p = ${rest};`;
const is32 = "(x | 0) === x";
const isU32 = "x >>> 0 === x";
const isI64 = 'typeof x === "bigint" && x >= int64Min && x <= int64Max';
const isU64 = 'typeof x === "bigint" && x >= 0n && x <= uint64Max';
const zigzag = "((x << 1) ^ (x >> 31)) >>> 0";

function code(check: string, nonzero: string, bytesMax: number, write: string, size?: string): ScalarCode {
  return { check, nonzero, write, bytesMax, size };
}

const number = "x !== 0";
const long = "x !== 0n";
const double = "(x !== 0 || 1 / x < 0)";
const i32: ScalarCode = code(is32, number, 10, small("i32(b, p, x)"), "x < 0 ? 10 : size(x)");

const scalars: Readonly<Partial<Record<ScalarType, ScalarCode>>> = {
  [ScalarType.INT32]: i32,
  [ScalarType.UINT32]: code(isU32, number, 5, small("u32(b, p, x)"), "size(x)"),
  [ScalarType.SINT32]: code(is32, number, 5, `p = u32(b, p, ${zigzag});`, `size(${zigzag})`),
  [ScalarType.FIXED32]: code(isU32, number, 4, "p = fixed32(b, p, x);", "4"),
  [ScalarType.SFIXED32]: code(is32, number, 4, "p = fixed32(b, p, x);", "4"),
  [ScalarType.BOOL]: code('typeof x === "boolean"', "x", 1, "b[p++] = x ? 1 : 0;", "1"),
  [ScalarType.FLOAT]: code(
    'typeof x === "number" && (x >= -floatMax && x <= floatMax || x - x !== 0)',
    double,
    4,
    "p = float(b, p, x);",
    "4",
  ),
  [ScalarType.DOUBLE]: code('typeof x === "number"', double, 8, "w.view.setFloat64(p, x, true); p += 8;", "8"),
  [ScalarType.INT64]: code(isI64, long, 10, "p = i64(b, p, x);"),
  [ScalarType.UINT64]: code(isU64, long, 10, "p = i64(b, p, x);"),
  [ScalarType.SINT64]: code(isI64, long, 10, "p = s64(b, p, x);"),
  [ScalarType.FIXED64]: code(isU64, long, 8, "p = fixed64(b, p, x);", "8"),
  [ScalarType.SFIXED64]: code(isI64, long, 8, "p = fixed64(b, p, x);", "8"),
  [ScalarType.STRING]: code('typeof x === "string"', 'x !== ""', 0, "p = w.text(x, p, room); b = w.buf;"),
  [ScalarType.BYTES]: code("x instanceof Uint8Array", "x.length > 0", 0, "p = w.bytes(x, p, room); b = w.buf;"),
};

/** The code for a field's values; an enum's values are int32. */
export function scalarCode(field: FieldPlan): ScalarCode {
  const base = scalars[field.type ?? ScalarType.INT32] ?? i32;
  if (field.desc.enum === undefined) return base;
  const check = field.closed === undefined ? base.check : `${base.check} && f.closed.has(x)`;
  return { ...base, check, nonzero: `x !== ${field.zero | 0}` };
}
