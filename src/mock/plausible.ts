import {
  create,
  type DescEnum,
  type DescField,
  type DescMessage,
  type Message,
  type MessageInitShape,
  ScalarType,
} from "@bufbuild/protobuf";
import type { Random } from "../base/clock.js";
import { pickOne, seededRandom, wholeBetween } from "./seeded.js";
import { momentOf, rangeFor, textFor } from "./words-table.js";

/** Messages in messages deeper than this are left out: types may contain themselves. */
const depthMax = 5;
/** Messages in one response, all depths together: wide types grow fast. */
const messagesMax = 200;
/** Entries of lists and maps: enough to see that there are several. */
const entriesMax = 3;

type Fields = Record<string, unknown>;

/** Where in a response something is. */
interface Place {
  readonly depth: number;
  readonly made: { messages: number };
}

/** Whether there may be `levels` more of messages in messages. */
function hasRoom({ depth, made }: Place, levels: number): boolean {
  return depth + levels <= depthMax && made.messages < messagesMax;
}

function below({ depth, made }: Place): Place {
  made.messages++;
  return { depth: depth + 1, made };
}

/**
 * A message with data that its fields may well have, by their names and types. What the request has under the same name and type
 * is given back, as a service would that looks something up.
 *
 * @param seed the same message comes for the same seed
 */
export function plausibleMessage(schema: DescMessage, seed: string, request?: Message): Message {
  const fields = fieldsOf(schema, seed, { depth: 0, made: { messages: 0 } });
  if (request !== undefined) giveBack(schema, request, fields);
  return create(schema, fields as MessageInitShape<DescMessage>);
}

function giveBack(schema: DescMessage, request: Message, into: Fields): void {
  for (const field of schema.fields) {
    if (field.fieldKind !== "scalar" || field.oneof !== undefined) continue;
    const value = (request as unknown as Fields)[field.localName];
    // An empty value is as good as none.
    if (value !== undefined && typeof value === typeof into[field.localName] && value !== "" && Number(value) !== 0) {
      into[field.localName] = value;
    }
  }
}

function fieldsOf(schema: DescMessage, seed: string, place: Place): Fields {
  const known = wellKnown(schema, seededRandom(seed));
  if (known !== undefined) return known;
  const fields: Fields = {};
  for (const field of schema.fields) {
    if (field.oneof !== undefined) continue;
    const value = dataFor(field, `${seed}/${field.name}`, place);
    if (value !== undefined) fields[field.localName] = value;
  }
  for (const oneof of schema.oneofs) {
    const chosen = pickOne(oneof.fields, seededRandom(`${seed}/${oneof.name}`));
    const value = dataFor(chosen, `${seed}/${chosen.name}`, place);
    if (value !== undefined) fields[oneof.localName] = { case: chosen.localName, value };
  }
  return fields;
}

function dataFor(field: DescField, seed: string, place: Place): unknown {
  const random = seededRandom(seed);
  switch (field.fieldKind) {
    case "scalar":
      return scalarOf(field.scalar, field.name, random, field.longAsString);
    case "enum":
      return enumOf(field.enum, random);
    case "message":
      return hasRoom(place, 1) ? messageOf(field.message, seed, place) : undefined;
    case "list":
      return listOf(field, seed, place, random);
    case "map":
      return mapOf(field, seed, place, random);
  }
}

/** Of wrappers and structs a field has the value itself. */
function messageOf(schema: DescMessage, seed: string, place: Place): unknown {
  const random = seededRandom(seed);
  if (isSkipped(schema)) return undefined;
  const wrapped = wrappedField(schema);
  if (wrapped?.fieldKind === "scalar") return scalarOf(wrapped.scalar, nameIn(seed), random, false);
  if (schema.typeName === "google.protobuf.Struct") return { note: textFor("note", random) };
  return fieldsOf(schema, seed, below(place));
}

function nameIn(seed: string): string {
  return seed.slice(seed.lastIndexOf("/") + 1);
}

function listOf(field: DescField & { fieldKind: "list" }, seed: string, place: Place, random: Random): unknown[] {
  const { listKind, message } = field;
  if (message !== undefined && (!hasRoom(place, 2) || isSkipped(message))) return [];
  return Array.from({ length: wholeBetween(1, entriesMax, random) }, (_, i) => {
    if (listKind === "scalar") return scalarOf(field.scalar, singular(field.name), random, field.longAsString);
    if (listKind === "enum") return enumOf(field.enum, random);
    return fieldsOf(field.message, `${seed}/${i}`, below(place));
  });
}

function singular(name: string): string {
  return name.replace(/s$/, "");
}

function mapOf(field: DescField & { fieldKind: "map" }, seed: string, place: Place, random: Random): Fields {
  const { message } = field;
  if (message !== undefined && (!hasRoom(place, 2) || isSkipped(message))) return {};
  const entries = Array.from({ length: wholeBetween(1, entriesMax, random) }, (_, i): [string, unknown] => {
    const key = String(scalarOf(field.mapKey, field.mapKey === ScalarType.STRING ? "key" : field.name, random, true));
    if (field.mapKind === "scalar") return [key, scalarOf(field.scalar, singular(field.name), random, false)];
    if (field.mapKind === "enum") return [key, enumOf(field.enum, random)];
    return [key, fieldsOf(field.message, `${seed}/${i}`, below(place))];
  });
  return Object.fromEntries(entries);
}

/** A value that means something: zero is most often "unspecified". */
function enumOf(desc: DescEnum, random: Random): number {
  const meaning = desc.values.filter(({ number }) => number !== 0);
  return pickOne(meaning.length > 0 ? meaning : desc.values, random).number;
}

function scalarOf(scalar: ScalarType, name: string, random: Random, longAsString: boolean): unknown {
  switch (scalar) {
    case ScalarType.STRING:
      return textFor(name, random);
    case ScalarType.BOOL:
      return random() < 0.5;
    case ScalarType.BYTES:
      return Uint8Array.from({ length: 12 }, () => wholeBetween(0, 255, random));
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT: {
      const [min, max] = rangeFor(name);
      // Halves are exact in a float too.
      return wholeBetween(min * 2, max * 2, random) / 2;
    }
    default: {
      const [min, max] = rangeFor(name);
      const isUnsigned = scalar === ScalarType.UINT32 || scalar === ScalarType.UINT64 || isFixed(scalar);
      const whole = wholeBetween(isUnsigned ? Math.max(0, min) : min, max, random);
      if (!isLong(scalar)) return whole;
      return longAsString ? String(whole) : BigInt(whole);
    }
  }
}

function isFixed(scalar: ScalarType): boolean {
  return scalar === ScalarType.FIXED32 || scalar === ScalarType.FIXED64;
}

function isLong(scalar: ScalarType): boolean {
  return [ScalarType.INT64, ScalarType.UINT64, ScalarType.SINT64, ScalarType.FIXED64, ScalarType.SFIXED64].includes(
    scalar,
  );
}

function wrappedField(schema: DescMessage): DescField | undefined {
  return /^google\.protobuf\.\w+Value$/.test(schema.typeName) ? schema.field["value"] : undefined;
}

/** What cannot be made up: a type of any name, a place in another message, a value of any form. */
function isSkipped({ typeName }: DescMessage): boolean {
  return ["Any", "FieldMask", "Value", "ListValue"].some((name) => typeName === `google.protobuf.${name}`);
}

function wellKnown({ typeName }: DescMessage, random: Random): Fields | undefined {
  if (typeName === "google.protobuf.Timestamp")
    return { seconds: BigInt(momentOf(random).getTime() / 1_000), nanos: 0 };
  if (typeName === "google.protobuf.Duration") return { seconds: BigInt(wholeBetween(1, 3_600, random)), nanos: 0 };
  return undefined;
}
