import { type DescField, ScalarType } from "@bufbuild/protobuf";
import { type FieldPlan, type Fields, Local, type OneofPlan } from "./plan.js";
import { describeValue, enumCheck, scalarCheck, type ValueCheck } from "./value-check.js";

/** Where in its field a value stands: the index in a list, the key in a map. */
export type Place = number | string | undefined;

/** The error that names the field, the value's place in it, what may be there and what was there. */
export function wrongValue(desc: DescField, place: Place, expected: string, value: unknown): TypeError {
  const where = place === undefined ? "" : `[${JSON.stringify(place)}]`;
  return new TypeError(
    `field ${desc.parent.typeName}.${desc.name}${where}: expected ${expected}, got ${describeValue(value)}`,
  );
}

function checkOf(field: FieldPlan): ValueCheck {
  const { desc } = field;
  if (desc.enum !== undefined) return enumCheck(desc.enum);
  if (desc.message !== undefined && field.local === Local.wrapped) {
    return scalarCheck(desc.message.fields[0]?.scalar ?? ScalarType.INT32);
  }
  return scalarCheck(desc.scalar ?? ScalarType.INT32);
}

/** What makes the messages for which users give a Date or a number. */
export function timeHint(typeName: string): string {
  if (typeName === "google.protobuf.Timestamp") return " (timestampFromDate, timestampFromMs)";
  return typeName === "google.protobuf.Duration" ? " (durationFromMs)" : "";
}

/** What a field may hold, in words. */
function expected(field: FieldPlan, place: Place): string {
  if (place === undefined && field.shape === "list") return "an array";
  if (place === undefined && field.shape === "map") return "an object of keys and values";
  if (field.local === Local.json) return "an object of JSON values";
  if (field.child !== undefined && field.local === Local.message) {
    return `message ${field.child.typeName}${timeHint(field.child.typeName)}`;
  }
  // A symbol fits nowhere.
  return checkOf(field)(Symbol.iterator) ?? "another value";
}

/** Refuses a value. */
export function refuse(field: FieldPlan, place: Place, value: unknown): never {
  throw wrongValue(field.desc, place, expected(field, place), value);
}

/** A plain object need not have each field; a message, known by its `$typeName`, has them all. */
export function isPartial(message: Fields): boolean {
  return message.$typeName === undefined;
}

/** A value of the wrong type in a single field, list or map: unset in a plain object if it is null, else refused. */
export function refuseUnlessUnset(field: FieldPlan, message: Fields, value: unknown): void {
  if ((value === undefined || value === null) && isPartial(message)) return;
  refuse(field, undefined, value);
}

/** A bigint for what stands for one: a safe integer or decimal text. Undefined where nothing is set. */
export function toLong(field: FieldPlan, message: Fields, place: Place, value: unknown): bigint | undefined {
  if (place === undefined && (value === undefined || value === null)) {
    refuseUnlessUnset(field, message, value);
    return undefined;
  }
  if (checkOf(field)(value) !== undefined) refuse(field, place, value);
  return BigInt(value as bigint | number | string);
}

/** In plain objects an array of numbers stands for bytes too. Undefined where nothing is set. */
export function toBytes(field: FieldPlan, message: Fields, place: Place, value: unknown): Uint8Array | undefined {
  if (value instanceof Uint8Array) return value;
  if (Array.isArray(value) && isPartial(message)) return new Uint8Array(value);
  if (place === undefined) refuseUnlessUnset(field, message, value);
  else refuse(field, place, value);
  return undefined;
}

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a value is to be written in a message's place; it is not in a plain object that does not set the field. */
export function isChild(field: FieldPlan, message: Fields, place: Place, value: unknown): value is Fields {
  if (isObject(value)) {
    if (value.$typeName === field.child?.typeName) return true;
    // A Date has no fields of its own: it would be a message without any.
    if (isPartial(value) && isPartial(message) && !(value instanceof Date)) return true;
    refuse(field, place, value);
  }
  if (place === undefined) refuseUnlessUnset(field, message, value);
  else refuse(field, place, value);
  return false;
}

/** Like `isChild`, for a field that holds JSON in place of a Struct. */
export function isJson(field: FieldPlan, message: Fields, place: Place, value: unknown): value is object {
  if (isObject(value)) return true;
  if (place === undefined) refuseUnlessUnset(field, message, value);
  else refuse(field, place, value);
  return false;
}

/** Whether a wrapper's value is there and fits. */
export function isWrapped(field: FieldPlan, message: Fields, value: unknown): boolean {
  if (value === undefined || value === null) {
    refuseUnlessUnset(field, message, value);
    return false;
  }
  if (Array.isArray(value) && isPartial(message)) return true;
  if (checkOf(field)(value) !== undefined) refuse(field, undefined, value);
  return true;
}

/** The case that a oneof has. */
export function caseOf(oneof: OneofPlan, message: Fields, value: unknown): unknown {
  const where = `oneof ${oneof.desc.parent.typeName}.${oneof.desc.name}`;
  if ((value === undefined || value === null) && isPartial(message)) return undefined;
  if (typeof value !== "object" || value === null) {
    throw new TypeError(`${where}: expected { case, value }, got ${describeValue(value)}`);
  }
  if (!("case" in value)) return undefined;
  if (value.case === undefined || (value.case === null && isPartial(message))) return undefined;
  if (!oneof.cases.has(value.case)) {
    const names = oneof.desc.fields.map((field) => field.localName).join(", ");
    throw new TypeError(`${where}: there is no case ${describeValue(value.case)}, only ${names}`);
  }
  return value.case;
}

/** The key of a map's entry, which as a property's name is always text. */
export function keyOf(field: FieldPlan, text: string): string | number | bigint | boolean {
  const check = scalarCheck(field.key ?? ScalarType.STRING);
  const key = parseKey(field.key, text);
  const expectedKey = check(key);
  if (expectedKey !== undefined) throw wrongValue(field.desc, text, `${expectedKey} for a key`, text);
  return key;
}

function parseKey(type: ScalarType | undefined, text: string): string | number | bigint | boolean {
  switch (type) {
    case ScalarType.STRING:
      return text;
    case ScalarType.BOOL:
      return text === "true" ? true : text === "false" ? false : text;
    case ScalarType.INT64:
    case ScalarType.UINT64:
    case ScalarType.SINT64:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      return /^-?[0-9]{1,20}$/.test(text) ? BigInt(text) : text;
    default:
      return text.trim() === "" ? text : Number(text);
  }
}

/** The keys of a map, in the order in which they were set, or sorted. */
export function keysOf(field: FieldPlan, map: object, sorted: boolean): string[] {
  const keys = Object.keys(map);
  if (!sorted) return keys;
  if (field.key === ScalarType.STRING || field.key === ScalarType.BOOL) return keys.sort();
  return keys.sort((a, b) => compareKeys(keyOf(field, a), keyOf(field, b)));
}

function compareKeys(a: string | number | bigint | boolean, b: string | number | bigint | boolean): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
