import {
  create,
  createFileRegistry,
  type DescMessage,
  type FileRegistry,
  type MessageInitShape,
} from "@bufbuild/protobuf";
import {
  type DescriptorProtoSchema,
  Edition,
  FeatureSet_EnumType as EnumType,
  type FieldDescriptorProtoSchema,
  FeatureSet_FieldPresence as FieldPresence,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
  file_google_protobuf_struct,
  file_google_protobuf_wrappers,
  FieldOptions_JSType as JSType,
  FieldDescriptorProto_Label as Label,
  FeatureSet_MessageEncoding as MessageEncoding,
  FeatureSet_RepeatedFieldEncoding as RepeatedEncoding,
  FieldDescriptorProto_Type as Type,
  FeatureSet_Utf8Validation as Utf8,
} from "@bufbuild/protobuf/wkt";
import fc from "fast-check";

type FieldInit = MessageInitShape<typeof FieldDescriptorProtoSchema>;
type MessageInit = MessageInitShape<typeof DescriptorProtoSchema>;

/** What one random field is made of; which of it counts depends on the syntax. */
interface Draw {
  readonly type: Type;
  readonly target: number;
  readonly shape: number;
  readonly gap: number;
  readonly key: Type;
  readonly bits: number;
}

const keyTypes: readonly Type[] = [Type.STRING, Type.INT32, Type.BOOL, Type.UINT64, Type.SINT32, Type.SFIXED64];
const draw: fc.Arbitrary<Draw> = fc.record({
  type: fc.integer({ min: 1, max: 18 }) as fc.Arbitrary<Type>,
  target: fc.nat(5),
  shape: fc.nat(7),
  gap: fc.constantFrom(1, 1, 1, 2, 15, 2000, 300_000),
  key: fc.constantFrom(...keyTypes),
  bits: fc.nat(255),
});

const targets: readonly string[] = [
  ".r.A",
  ".r.B",
  ".r.A",
  ".google.protobuf.Struct",
  ".google.protobuf.Int64Value",
  ".google.protobuf.BytesValue",
];

export const Syntax = { proto2: "proto2", proto3: "proto3", editions: "editions" } as const;
export type Syntax = (typeof Syntax)[keyof typeof Syntax];

class MessageBuilder {
  readonly field: FieldInit[] = [];
  readonly nestedType: MessageInit[] = [];
  readonly #syntax: Syntax;
  readonly #name: string;
  #number = 0;

  constructor(syntax: Syntax, name: string) {
    this.#syntax = syntax;
    this.#name = name;
  }

  add(d: Draw, i: number): void {
    this.#number += d.gap;
    const isGroup = d.type === Type.GROUP;
    const type = isGroup && this.#syntax !== "proto2" ? Type.MESSAGE : d.type;
    const field: FieldInit = { name: `f${i}_x`, number: this.#number, type, label: Label.OPTIONAL };
    if (type === Type.ENUM) field.typeName = ".r.E";
    if (type === Type.MESSAGE) field.typeName = targets[d.target] as string;
    if (type === Type.GROUP) field.typeName = d.target % 2 === 0 ? ".r.A" : ".r.B";
    if (d.shape === 6 && !isGroup) this.#map(field, d, i);
    else this.#shape(field, d);
    this.field.push(field);
  }

  #map(field: FieldInit, d: Draw, i: number): void {
    const common = { label: Label.OPTIONAL };
    const value = { ...field, name: "value", number: 2 };
    const name = `F${i}XEntry`;
    this.nestedType.push({
      name,
      options: { mapEntry: true },
      field: [{ name: "key", number: 1, type: d.key, ...common }, value],
    });
    field.type = Type.MESSAGE;
    field.typeName = `.r.${this.#name}.${name}`;
    field.label = Label.REPEATED;
  }

  #shape(field: FieldInit, d: Draw): void {
    const isText = field.type === Type.STRING || field.type === Type.BYTES;
    const isMessage = field.type === Type.MESSAGE || field.type === Type.GROUP;
    const options: NonNullable<FieldInit["options"]> = {};
    if (d.shape >= 4 && d.shape <= 6) {
      field.label = Label.REPEATED;
      if (!isText && !isMessage && (d.bits & 1) === 1 && this.#syntax !== "editions") {
        Object.assign(options, { packed: (d.bits & 2) === 0 });
      }
    } else if (d.shape === 3) {
      field.oneofIndex = d.bits & 1;
    }
    if ((d.bits & 4) === 4) Object.assign(options, { jstype: JSType.JS_STRING });
    if (this.#syntax === "editions") Object.assign(options, { features: features(field, d, isText, isMessage) });
    field.options = options;
  }
}

function features(field: FieldInit, d: Draw, isText: boolean, isMessage: boolean): Record<string, number> {
  const isList = field.label === Label.REPEATED;
  const all: Record<string, number> = {};
  if (isList && !isText && !isMessage) {
    all["repeatedFieldEncoding"] = (d.bits & 1) === 1 ? RepeatedEncoding.PACKED : RepeatedEncoding.EXPANDED;
  }
  if (!isList && !isMessage && field.oneofIndex === undefined && field.type !== Type.ENUM) {
    all["fieldPresence"] = (d.bits & 8) === 8 ? FieldPresence.IMPLICIT : FieldPresence.EXPLICIT;
  }
  if (isMessage) {
    all["messageEncoding"] = (d.bits & 16) === 16 ? MessageEncoding.DELIMITED : MessageEncoding.LENGTH_PREFIXED;
  }
  if (field.type === Type.STRING) all["utf8Validation"] = (d.bits & 32) === 32 ? Utf8.NONE : Utf8.VERIFY;
  return all;
}

function buildMessage(syntax: Syntax, name: string, draws: readonly Draw[]): MessageInit {
  const builder = new MessageBuilder(syntax, name);
  for (const [i, d] of draws.entries()) builder.add(d, i);
  const used = [0, 1].filter((index) => builder.field.some((field) => field.oneofIndex === index));
  for (const field of builder.field) {
    if (field.oneofIndex !== undefined) field.oneofIndex = used.indexOf(field.oneofIndex);
  }
  const oneofDecl = used.map((index) => ({ name: `choice_${index}` }));
  return { name, field: builder.field, nestedType: builder.nestedType, oneofDecl };
}

function build(syntax: Syntax, a: readonly Draw[], b: readonly Draw[], isClosed: boolean): FileRegistry {
  const isEditions = syntax === "editions";
  const enumType = {
    name: "E",
    value: [0, 1, -5, 70_000].map((number, i) => ({ name: `E_${i}`, number })),
    ...(isEditions ? { options: { features: { enumType: isClosed ? EnumType.CLOSED : EnumType.OPEN } } } : {}),
  };
  const file = create(FileDescriptorProtoSchema, {
    name: "r.proto",
    package: "r",
    syntax,
    ...(isEditions ? { edition: Edition.EDITION_2023 } : {}),
    dependency: ["google/protobuf/wrappers.proto", "google/protobuf/struct.proto"],
    enumType: [enumType],
    messageType: [buildMessage(syntax, "A", a), buildMessage(syntax, "B", b)],
  });
  const files = [file_google_protobuf_wrappers.proto, file_google_protobuf_struct.proto, file];
  return createFileRegistry(create(FileDescriptorSetSchema, { file: files }));
}

function schemaOf(inA: fc.ArrayConstraints): fc.Arbitrary<DescMessage> {
  return fc
    .tuple(
      fc.constantFrom(Syntax.proto2, Syntax.proto3, Syntax.editions),
      fc.array(draw, inA),
      fc.array(draw, { maxLength: 4 }),
      fc.boolean(),
    )
    .map(([syntax, a, b, isClosed]) => build(syntax, a, b, isClosed).getMessage("r.A") as DescMessage);
}

/** Two message types with random fields, which contain each other. */
export const randomSchema: fc.Arbitrary<DescMessage> = schemaOf({ maxLength: 8 });

/** The same, where the first has so many fields that its code is several functions. */
export const randomLargeSchema: fc.Arbitrary<DescMessage> = schemaOf({ minLength: 50, maxLength: 110, size: "max" });
