import { type DescEnum, ScalarType } from "@bufbuild/protobuf";
import { similarName } from "../base/similar-name.js";
import { clipped, Kind, type Lexer, Sym } from "./lexer.js";
import { readBytes, readText } from "./string-value.js";

/** A value as a message holds it. */
export type Scalar = string | boolean | number | bigint | Uint8Array;

const int32 = [-(2n ** 31n), 2n ** 31n - 1n] as const;
const int64 = [-(2n ** 63n), 2n ** 63n - 1n] as const;
const uint32 = [0n, 2n ** 32n - 1n] as const;
const uint64 = [0n, 2n ** 64n - 1n] as const;

const ranges: ReadonlyMap<ScalarType, readonly [bigint, bigint]> = new Map([
  [ScalarType.INT32, int32],
  [ScalarType.SINT32, int32],
  [ScalarType.SFIXED32, int32],
  [ScalarType.INT64, int64],
  [ScalarType.SINT64, int64],
  [ScalarType.SFIXED64, int64],
  [ScalarType.UINT32, uint32],
  [ScalarType.FIXED32, uint32],
  [ScalarType.UINT64, uint64],
  [ScalarType.FIXED64, uint64],
]);

/** An integer with more digits, zeros in front left out, is out of every range. To convert it would take long. */
const digitsMax = 64;

const booleans: ReadonlyMap<string, boolean> = new Map([
  ["true", true],
  ["True", true],
  ["t", true],
  ["false", false],
  ["False", false],
  ["f", false],
]);

/**
 * Reads one value of a scalar field.
 *
 * @param what names the field for messages
 * @throws {TextFormatError}
 */
export function readScalar(lexer: Lexer, type: ScalarType, what: string): Scalar {
  switch (type) {
    case ScalarType.STRING:
      return readText(lexer, what);
    case ScalarType.BYTES:
      return readBytes(lexer, what);
    case ScalarType.BOOL:
      return readBoolean(lexer, what);
    case ScalarType.DOUBLE:
      return readFloat(lexer, what);
    case ScalarType.FLOAT:
      return Math.fround(readFloat(lexer, what));
    default: {
      const value = readInteger(lexer, ranges.get(type) ?? int32, what);
      const range = ranges.get(type);
      return range === int64 || range === uint64 ? value : Number(value);
    }
  }
}

/** Reads a value of an enum: a name or a number. */
export function readEnum(lexer: Lexer, type: DescEnum, what: string): number {
  const { start } = lexer;
  if (lexer.kind !== Kind.Identifier) {
    if (lexer.kind !== Kind.Integer && lexer.kind !== Sym.Minus)
      throw lexer.expected(`${what}: the name or the number of a value of enum ${type.typeName}`);
    const number = Number(readInteger(lexer, int32, what));
    if (!type.open && type.value[number] === undefined)
      throw lexer.error(`${what}: enum ${type.typeName} is closed and has no value ${number}`, start);
    return number;
  }
  const name = lexer.value;
  const found = type.values.find((one) => one.name === name);
  if (found === undefined) {
    const names = type.values.map((one) => one.name);
    const near = similarName(name, names);
    const hint = near === undefined ? `it has ${clippedList(names)}` : `did you mean ${near}?`;
    throw lexer.error(`${what}: enum ${type.typeName} has no value ${clipped(name)}: ${hint}`, start);
  }
  lexer.next();
  return found.number;
}

/** Names for a message; long lists are cut. */
export function clippedList(names: readonly string[]): string {
  return names.length <= 20
    ? names.join(", ") || "none"
    : `${names.slice(0, 20).join(", ")} and ${names.length - 20} more`;
}

function readBoolean(lexer: Lexer, what: string): boolean {
  if (lexer.kind === Kind.Identifier) {
    const value = booleans.get(lexer.value);
    if (value !== undefined) {
      lexer.next();
      return value;
    }
  } else if (lexer.kind === Kind.Integer) {
    return readInteger(lexer, [0n, 1n], what) === 1n;
  }
  throw lexer.expected(`${what}: true or false`);
}

function readInteger(lexer: Lexer, [min, max]: readonly [bigint, bigint], what: string): bigint {
  const { start } = lexer;
  const isNegative = lexer.kind === Sym.Minus;
  if (isNegative && min === 0n) throw lexer.expected(`${what}: an integer from 0 to ${max}`);
  if (isNegative) lexer.next();
  if (lexer.kind !== Kind.Integer) throw lexer.expected(`${what}: an integer from ${min} to ${max}`);
  const literal = lexer.value;
  const value = magnitude(literal, isNegative);
  if (value === undefined || value < min || value > max)
    throw lexer.error(`${what}: ${isNegative ? "-" : ""}${clipped(literal)} is not from ${min} to ${max}`, start);
  lexer.next();
  return value;
}

/** The value of an integer literal; undefined for one that no integer field can hold. */
function magnitude(literal: string, isNegative: boolean): bigint | undefined {
  const isHex = /^0[xX]/.test(literal);
  const isOctal = !isHex && literal.length > 1 && literal.startsWith("0");
  const digits = literal.slice(isHex ? 2 : isOctal ? 1 : 0).replace(/^0+(?=.)/, "");
  if (digits.length > digitsMax) return undefined;
  const value = BigInt(isHex ? `0x${digits}` : isOctal ? `0o${digits}` : digits);
  return isNegative ? -value : value;
}

function readFloat(lexer: Lexer, what: string): number {
  const isNegative = lexer.try(Sym.Minus);
  const value = magnitudeOfFloat(lexer);
  if (value === undefined) throw lexer.expected(`${what}: a decimal number, inf or nan`);
  lexer.next();
  return isNegative ? -value : value;
}

function magnitudeOfFloat(lexer: Lexer): number | undefined {
  const literal = lexer.value;
  if (lexer.kind === Kind.Float) return Number(literal.replace(/[fF]$/, ""));
  if (lexer.kind === Kind.Integer) return /^0./.test(literal) ? undefined : Number(literal);
  if (lexer.kind !== Kind.Identifier) return undefined;
  const word = literal.toLowerCase();
  if (word === "inf" || word === "infinity") return Number.POSITIVE_INFINITY;
  return word === "nan" ? Number.NaN : undefined;
}
