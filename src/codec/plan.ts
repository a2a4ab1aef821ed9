import { create, type DescField, type DescMessage, type DescOneof, type Message, ScalarType } from "@bufbuild/protobuf";
import { isWrapperDesc } from "@bufbuild/protobuf/wkt";
import type { Reader } from "./reader.js";
import type { Writer } from "./writer.js";

/** A message or a plain partial object for one, seen by the code that goes over its fields. */
export type Fields = Record<string, unknown> & { $typeName?: unknown };

/** What stands in a message for a field of a message type. */
export const Local = {
  /** The message. */
  message: 0,
  /** The value inside of a `google.protobuf.Int32Value` and the like. */
  wrapped: 1,
  /** A JSON object, for a `google.protobuf.Struct`. */
  json: 2,
} as const;
export type Local = (typeof Local)[keyof typeof Local];

/** When a field without list or map is written: if it is not zero, if it is there, or always. */
export const Presence = { implicit: 0, explicit: 1, required: 2 } as const;
export type Presence = (typeof Presence)[keyof typeof Presence];

/** One field, with everything about it looked up. */
export interface FieldPlan {
  readonly desc: DescField;
  readonly number: number;
  /** The property that holds the field, unless it is in a oneof: then the name of its case. */
  readonly name: string;
  readonly shape: "single" | "list" | "map";
  /** Type of the value or element; an enum counts as int32, a message has none. */
  readonly type: ScalarType | undefined;
  readonly key: ScalarType | undefined;
  readonly child: MessagePlan | undefined;
  readonly local: Local;
  readonly presence: Presence;
  readonly oneof: OneofPlan | undefined;
  /** As groups are: between a start and an end tag instead of behind a length. */
  readonly delimited: boolean;
  readonly packed: boolean;
  /** Whether invalid UTF-8 is refused. */
  readonly strictText: boolean;
  readonly longAsString: boolean;
  /** The values of a closed enum in a single field. */
  readonly closed: ReadonlySet<number> | undefined;
  /** The value that an implicit enum is not written with. */
  readonly zero: number;
  /** All objects inherit a property of that name: only an own one counts. */
  readonly own: boolean;
  /** Messages may inherit the field's default: only an own property is a set field. Plain objects do not. */
  readonly inherits: boolean;
}

export interface OneofPlan {
  readonly desc: DescOneof;
  readonly name: string;
  readonly cases: ReadonlySet<unknown>;
  readonly own: boolean;
}

/** Writes a message's fields from an offset on and gives the offset behind them. */
export type EncodeFields = (writer: Writer, message: Fields, pos: number) => number;
/** Reads fields into a message until an offset. */
export type DecodeFields = (reader: Reader, message: Fields, end: number) => void;

/** What stands behind a plan: code made for the type, or one interpreter for all. */
export interface Delivery {
  encode(plan: MessagePlan): EncodeFields;
  decode(plan: MessagePlan): DecodeFields;
  make(plan: MessagePlan): () => Fields;
}

const implicitPresence = 2;
const legacyRequired = 3;

/** One message type. Its fields are looked up, and its functions are made, when they are first used. */
export class MessagePlan {
  readonly schema: DescMessage;
  readonly typeName: string;
  encode: EncodeFields;
  decode: DecodeFields;
  /** A new message, as `create` of protobuf-es gives it. */
  make: () => Fields;
  readonly #plans: Plans;
  #fields: readonly FieldPlan[] | undefined;
  #words: number | undefined;
  #byNumber: ReadonlyMap<number, FieldPlan> | undefined;

  constructor(schema: DescMessage, plans: Plans) {
    this.schema = schema;
    this.typeName = schema.typeName;
    this.#plans = plans;
    const { delivery } = plans;
    this.encode = (writer, message, pos) => {
      this.encode = delivery.encode(this);
      return this.encode(writer, message, pos);
    };
    this.decode = (reader, message, end) => {
      this.decode = delivery.decode(this);
      this.decode(reader, message, end);
    };
    this.make = () => {
      this.make = delivery.make(this);
      return this.make();
    };
  }

  /** In the order of their numbers, in which they are written. */
  get fields(): readonly FieldPlan[] {
    this.#fields ??= planFields(this.schema, this.#plans);
    return this.#fields;
  }

  /** Those that have fields, in the order of their first one. */
  get oneofs(): readonly OneofPlan[] {
    return [...new Set(this.fields.flatMap((field) => (field.oneof === undefined ? [] : [field.oneof])))];
  }

  /** What a message takes of the heap besides what its fields refer to, and its place in a list, in words of 8 bytes. */
  get words(): number {
    this.#words ??= wordsOfMessage(this.schema);
    return this.#words;
  }

  get byNumber(): ReadonlyMap<number, FieldPlan> {
    this.#byNumber ??= new Map(this.fields.map((field) => [field.number, field]));
    return this.#byNumber;
  }
}

/** What V8 takes for an object's head with `$typeName` and a place in a list that has room to grow. */
const messageWords = 6;
/** What a member takes: a reference, and an array, an object for a map, or that of a oneof. */
const memberWords = 1;
const listWords = 4;
const mapWords = 7;
const oneofWords = 5;

/** What an empty message takes of the heap, in words of 8 bytes. */
export function wordsOfMessage({ members }: DescMessage): number {
  let words = messageWords;
  for (const member of members) {
    words += memberWords;
    if (member.kind === "oneof") words += oneofWords;
    else if (member.fieldKind === "list") words += listWords;
    else if (member.fieldKind === "map") words += mapWords;
  }
  return words;
}

/** The plans of one provider. */
export class Plans {
  readonly delivery: Delivery;
  readonly #plans: WeakMap<DescMessage, MessagePlan> = new WeakMap();

  constructor(delivery: Delivery) {
    this.delivery = delivery;
  }

  get(schema: DescMessage): MessagePlan {
    let plan = this.#plans.get(schema);
    if (plan === undefined) {
      plan = new MessagePlan(schema, this);
      this.#plans.set(schema, plan);
    }
    return plan;
  }
}

/**
 * Messages of some schemas have their defaults on a prototype of their own, so that only own properties are set
 * fields; the specimen tells.
 */
function planFields(schema: DescMessage, plans: Plans): FieldPlan[] {
  const inherits = Object.getPrototypeOf(specimen(schema)) !== Object.prototype;
  const oneofs = new Map<DescOneof, OneofPlan>(schema.oneofs.map((oneof) => [oneof, planOneof(oneof)]));
  return schema.fields
    .map((desc) => planField(desc, desc.oneof === undefined ? undefined : oneofs.get(desc.oneof), inherits, plans))
    .sort((a, b) => a.number - b.number);
}

/** A message without any field set. */
export function specimen(schema: DescMessage): Message & Fields {
  return create(schema) as Message & Fields;
}

function planOneof(desc: DescOneof): OneofPlan {
  const cases = new Set(desc.fields.map((field) => field.localName));
  return { desc, name: desc.localName, cases, own: desc.localName in Object.prototype };
}

function planField(desc: DescField, oneof: OneofPlan | undefined, inherits: boolean, plans: Plans): FieldPlan {
  const shape = desc.fieldKind === "list" || desc.fieldKind === "map" ? desc.fieldKind : "single";
  return {
    desc,
    number: desc.number | 0,
    name: desc.localName,
    shape,
    type: desc.enum !== undefined ? ScalarType.INT32 : desc.scalar,
    key: desc.fieldKind === "map" ? desc.mapKey : undefined,
    child: desc.message === undefined ? undefined : plans.get(desc.message),
    local: localOf(desc),
    presence: presenceOf(desc),
    oneof,
    delimited: "delimitedEncoding" in desc && desc.delimitedEncoding === true && shape !== "map",
    packed: desc.fieldKind === "list" && desc.packed,
    strictText: "utf8Validation" in desc && desc.utf8Validation === true,
    longAsString: desc.fieldKind !== "map" && "longAsString" in desc && desc.longAsString === true,
    closed: shape === "single" ? closedValues(desc) : undefined,
    zero: desc.enum?.values[0]?.number ?? 0,
    own: desc.localName in Object.prototype,
    inherits: inherits && shape === "single" && oneof === undefined && desc.presence !== implicitPresence,
  };
}

function localOf(desc: DescField): Local {
  if (desc.message === undefined) return Local.message;
  if (desc.fieldKind === "message" && desc.oneof === undefined && isWrapperDesc(desc.message)) return Local.wrapped;
  const isStruct = desc.message.typeName === "google.protobuf.Struct";
  return isStruct && desc.parent.typeName !== "google.protobuf.Value" ? Local.json : Local.message;
}

function presenceOf(desc: DescField): Presence {
  if (desc.presence === legacyRequired) return Presence.required;
  return desc.presence === implicitPresence ? Presence.implicit : Presence.explicit;
}

function closedValues(desc: DescField): ReadonlySet<number> | undefined {
  if (desc.enum === undefined || desc.enum.open) return undefined;
  return new Set(desc.enum.values.map((value) => value.number));
}
