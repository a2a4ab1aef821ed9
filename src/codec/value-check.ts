import { type DescEnum, ScalarType } from "@bufbuild/protobuf";

/** Tells what was expected in a value's place, or undefined where the value fits. */
export type ValueCheck = (value: unknown) => string | undefined;

const int32Max = 0x7fffffff;
const uint32Max = 0xffffffff;
const floatMax = 3.4028234663852886e38;

function numberCheck(text: string, fits: (value: number) => boolean): ValueCheck {
  return (value) => (typeof value === "number" && fits(value) ? undefined : text);
}

/** 64-bit fields take what protobuf-es takes: bigint, and safe integers and decimal text for convenience. */
function longCheck(text: string, fits: (value: bigint) => boolean): ValueCheck {
  return (value) => {
    if (typeof value === "bigint") return fits(value) ? undefined : text;
    if (typeof value === "number") return Number.isSafeInteger(value) && fits(BigInt(value)) ? undefined : text;
    if (typeof value === "string") return /^-?[0-9]{1,20}$/.test(value) && fits(BigInt(value)) ? undefined : text;
    return text;
  };
}

/** The check for one value of a scalar type: its JavaScript type and its range. */
export function scalarCheck(scalar: ScalarType): ValueCheck {
  switch (scalar) {
    case ScalarType.STRING:
      return (value) => (typeof value === "string" ? undefined : "string");
    case ScalarType.BOOL:
      return (value) => (typeof value === "boolean" ? undefined : "boolean");
    case ScalarType.BYTES:
      return (value) => (value instanceof Uint8Array ? undefined : "Uint8Array");
    case ScalarType.DOUBLE:
      return numberCheck("number", () => true);
    case ScalarType.FLOAT:
      return numberCheck("number that fits a float", (n) => !Number.isFinite(n) || Math.abs(n) <= floatMax);
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      return numberCheck("integer from 0 to 4294967295", (n) => Number.isInteger(n) && n >= 0 && n <= uint32Max);
    case ScalarType.INT64:
    case ScalarType.SINT64:
    case ScalarType.SFIXED64:
      return longCheck("bigint from -2^63 to 2^63-1", (n) => BigInt.asIntN(64, n) === n);
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
      return longCheck("bigint from 0 to 2^64-1", (n) => BigInt.asUintN(64, n) === n);
    default:
      return int32Check("integer from -2147483648 to 2147483647");
  }
}

function int32Check(text: string): ValueCheck {
  return numberCheck(text, (n) => Number.isInteger(n) && n <= int32Max && n >= -int32Max - 1);
}

/** An open enum (proto3) takes any 32-bit integer; a closed one its own values only. */
export function enumCheck(desc: DescEnum): ValueCheck {
  if (desc.open) return int32Check(`number of enum ${desc.typeName}`);
  const text = `value of enum ${desc.typeName}`;
  const numbers: ReadonlySet<number> = new Set(desc.values.map((value) => value.number));
  return numberCheck(text, (n) => numbers.has(n));
}

/** A value as an error message shows it: short, and never the content of a large object. */
export function describeValue(value: unknown): string {
  switch (typeof value) {
    case "string":
      return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}...` : value);
    case "bigint":
      return `${value}n`;
    case "object":
      return describeObject(value);
    case "function":
      return "a function";
    default:
      return String(value);
  }
}

function describeObject(value: object | null): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return `an array of length ${value.length}`;
  if (value instanceof Uint8Array) return `a Uint8Array of ${value.byteLength} bytes`;
  if ("$typeName" in value && typeof value.$typeName === "string") return `a message ${value.$typeName}`;
  return value instanceof Date ? "a Date" : "an object";
}
