import { type DescEnum, ScalarType } from "@bufbuild/protobuf";
import { show } from "../base/check-option.js";
import { scalarCheck, type ValueCheck } from "../codec/value-check.js";
import { quoteBytes, quoteText } from "./quote.js";
import { TextFormatError } from "./text-error.js";

const checks: readonly ValueCheck[] = Array.from({ length: ScalarType.SINT64 + 1 }, (_, type) => scalarCheck(type));

/**
 * A scalar value as it is written.
 *
 * @param what names the field for messages
 * @throws {TextFormatError} where the value does not fit the type
 */
export function scalarText(type: ScalarType, value: unknown, what: string): string {
  const wanted = checks[type]?.(value);
  if (wanted !== undefined)
    throw new TextFormatError(`${what} must be ${/^[aeiou]/.test(wanted) ? "an" : "a"} ${wanted}: got ${show(value)}`);
  if (typeof value === "string" && type === ScalarType.STRING) return quoteText(value);
  if (value instanceof Uint8Array) return quoteBytes(value);
  if (type === ScalarType.FLOAT) return floatText(value as number);
  return type === ScalarType.DOUBLE ? numberText(value as number) : String(value);
}

/** The name of an enum's value; of one without name the number. */
export function enumText(type: DescEnum, value: unknown, what: string): string {
  if (typeof value !== "number" || !Number.isInteger(value) || value !== (value | 0))
    throw new TextFormatError(`${what} must be a number of enum ${type.typeName}: got ${show(value)}`);
  return type.value[value]?.name ?? String(value);
}

/** The shortest decimal that is this float of 32 bits. */
function floatText(value: number): string {
  const float = Math.fround(value);
  if (!Number.isFinite(float)) return numberText(float);
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(float.toPrecision(digits));
    if (Math.fround(short) === float) return numberText(short === 0 ? float : short);
  }
  return numberText(Number(float.toPrecision(9)));
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  return Object.is(value, -0) ? "-0" : String(value);
}
