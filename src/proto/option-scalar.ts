import { type EnumDescriptorProto, FieldDescriptorProto_Type as Type } from "@bufbuild/protobuf/wkt";
import type { IntegerValue, OptionValue } from "./ast.js";
import { negativeNan, type OptionLeaf, OptionProblem } from "./option-value.js";
import { typeWord } from "./scalar-types.js";
import { notUtf8 } from "./string-literal.js";

/** Where a value stands, since each place has rules of its own: `= value`, `[default = value]`, or inside `{ ... }`. */
export type ValueForm = "option" | "default" | "text";

/** What a value is for. */
export interface ScalarTarget {
  /** For errors. */
  readonly name: string;
  readonly form: ValueForm;
  readonly enumType: EnumDescriptorProto | undefined;
  /** The enum has no other numbers than those of its values. */
  readonly isClosed: boolean;
}

const integerRanges: ReadonlyMap<Type, readonly [bigint, bigint]> = new Map([
  [Type.INT32, [-(2n ** 31n), 2n ** 31n - 1n]],
  [Type.SINT32, [-(2n ** 31n), 2n ** 31n - 1n]],
  [Type.SFIXED32, [-(2n ** 31n), 2n ** 31n - 1n]],
  [Type.UINT32, [0n, 2n ** 32n - 1n]],
  [Type.FIXED32, [0n, 2n ** 32n - 1n]],
  [Type.INT64, [-(2n ** 63n), 2n ** 63n - 1n]],
  [Type.SINT64, [-(2n ** 63n), 2n ** 63n - 1n]],
  [Type.SFIXED64, [-(2n ** 63n), 2n ** 63n - 1n]],
  [Type.UINT64, [0n, 2n ** 64n - 1n]],
  [Type.FIXED64, [0n, 2n ** 64n - 1n]],
] as const);

/**
 * Reads a scalar or enum value.
 *
 * @throws {OptionProblem} when it does not fit the type
 */
export function scalarOption(type: Type, value: OptionValue, target: ScalarTarget): OptionLeaf {
  const { name, form } = target;
  switch (type) {
    case Type.ENUM:
      return enumOption(value, target);
    case Type.BOOL:
      return booleanOption(value, name, form === "text");
    case Type.STRING:
      if (value.kind !== "string")
        throw new OptionProblem(`Value must be a quoted string for string option "${name}".`);
      if (!value.isUtf8) throw new OptionProblem(notUtf8);
      return value.text;
    case Type.BYTES:
      if (value.kind !== "string") throw new OptionProblem(`Value must be a quoted string for bytes option "${name}".`);
      return value.bytes ?? new TextEncoder().encode(value.text);
    case Type.FLOAT:
    case Type.DOUBLE:
      return floatOption(type, value, target);
    default:
      return integerOption(type, value, name);
  }
}

function integerOption(type: Type, value: OptionValue, name: string): bigint {
  const [min, max] = integerRanges.get(type) as readonly [bigint, bigint];
  const word = typeWord(type);
  if (value.kind !== "integer") throw new OptionProblem(`Value must be integer for ${word} option "${name}".`);
  // Not even zero has a sign where there are none.
  const isOut = value.value < min || value.value > max || (value.negative && min === 0n);
  if (isOut) throw new OptionProblem(`Value out of range, ${min} to ${max}, for ${word} option "${name}".`);
  return value.value;
}

function floatOption(type: Type, value: OptionValue, { name, form }: ScalarTarget): number | typeof negativeNan {
  if (value.kind === "float") return form === "text" && type === Type.FLOAT ? nearestFloat(value.value) : value.value;
  if (value.kind === "integer") return floatOfInteger(type, value, form);
  if (value.kind === "identifier") {
    // Only the text format has more than one way to write these.
    const word = form === "text" ? value.text.toLowerCase() : value.text;
    if (word === "inf" || (word === "infinity" && form === "text")) return value.negative ? -Infinity : Infinity;
    if (word === "nan") return value.negative && form === "text" ? negativeNan : Number.NaN;
  }
  throw new OptionProblem(`Value must be number for ${typeWord(type)} option "${name}".`);
}

function floatOfInteger(type: Type, { value, digits, negative }: IntegerValue, form: ValueForm): number {
  if (form === "text" && /^0[0-9xX]/.test(digits))
    throw new OptionProblem(`A float takes decimal numbers here, not "${digits}".`);
  // The value of an option is an integer first, whose zero has no sign, and which becomes a float at once if it has 64 bits.
  if (form === "option" && value <= integerMax && value >= integerMin)
    return type === Type.FLOAT ? roundedToFloat(value) : Number(value);
  const number = negative ? -Number(-value) : Number(value);
  return form === "text" && type === Type.FLOAT ? nearestFloat(number) : number;
}

/** As C++ does: what is halfway between the largest float and infinity is the former. */
export function nearestFloat(value: number): number {
  if (Math.abs(value) !== halfwayToInfinity) return Math.fround(value);
  return Math.sign(value) * floatMax;
}

const floatMax = 2 ** 128 - 2 ** 104;
const halfwayToInfinity = 2 ** 128 - 2 ** 103;

const integerMin = -(2n ** 63n);
const integerMax = 2n ** 64n - 1n;

/** The nearest float; to round to a double first could end at the one beside it. */
function roundedToFloat(value: bigint): number {
  const size = value < 0n ? -value : value;
  const shift = BigInt(Math.max(0, size.toString(2).length - 52));
  const top = size >> shift;
  const rest = top << shift === size ? 0n : 1n;
  const float = Math.fround(Number((top << 1n) | rest) * 2 ** (Number(shift) - 1));
  return value < 0n ? -float : float;
}

function booleanOption(value: OptionValue, name: string, inText: boolean): boolean {
  const word = value.kind === "identifier" && !value.negative ? value.text : undefined;
  if (word === "true" || (inText && (word === "True" || word === "t"))) return true;
  if (word === "false" || (inText && (word === "False" || word === "f"))) return false;
  if (inText && value.kind === "integer" && (value.value === 0n || value.value === 1n)) return value.value === 1n;
  throw new OptionProblem(`Value must be "true" or "false" for boolean option "${name}".`);
}

function enumOption(value: OptionValue, { name, form, enumType, isClosed }: ScalarTarget): bigint {
  if (form === "text" && value.kind === "integer") {
    const number = integerOption(Type.INT32, value, name);
    if (isClosed && enumType?.value.every((one) => BigInt(one.number) !== number))
      throw new OptionProblem(
        `Enum "${enumType.name}" has no value with the number ${number}, which "${name}" needs: it is closed.`,
      );
    return number;
  }
  if (value.kind !== "identifier" || value.negative)
    throw new OptionProblem(`Value must be identifier for enum-valued option "${name}".`);
  const found = enumType?.value.find((one) => one.name === value.text);
  if (found !== undefined) return BigInt(found.number);
  throw new OptionProblem(
    `Enum type "${enumType?.name ?? "?"}" has no value named "${value.text}" for option "${name}".`,
  );
}
