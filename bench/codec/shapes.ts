import { create, createFileRegistry, type DescMessage, type Message } from "@bufbuild/protobuf";
import {
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
} from "@bufbuild/protobuf/wkt";

/** A kind of message that codecs are compared with. */
export interface Shape {
  readonly name: string;
  readonly schema: DescMessage;
  readonly init: Record<string, unknown>;
  readonly message: Message;
}

/** The same schema for protobufjs. */
export const protoText = `
syntax = "proto3";
package shape;
message Tiny { string name = 1; int32 count = 2; }
message Strings { string a = 1; string b = 2; string c = 3; string d = 4; string e = 5; string f = 6; }
message Leaf { int32 id = 1; string label = 2; double value = 3; bool on = 4; }
message Branch { string name = 1; repeated Leaf leaves = 2; Leaf main = 3; }
message Nested { int32 id = 1; repeated Branch branches = 2; Branch main = 3; }
message Numbers { repeated int32 small = 1; repeated uint32 large = 2; repeated double values = 3; repeated sint32 deltas = 4; }
message Maps { map<string, int32> counts = 1; map<string, string> labels = 2; map<int32, Leaf> leaves = 3; }
message Blob { string name = 1; bytes data = 2; }
`;

const types: Readonly<Record<string, Type>> = {
  string: Type.STRING,
  int32: Type.INT32,
  uint32: Type.UINT32,
  sint32: Type.SINT32,
  double: Type.DOUBLE,
  bool: Type.BOOL,
  bytes: Type.BYTES,
};

function field(type: string, name: string, number: number, label: Label) {
  const scalar = types[type];
  return scalar === undefined
    ? { name, number, label, type: Type.MESSAGE, typeName: type.startsWith(".") ? type : `.shape.${type}` }
    : { name, number, label, type: scalar };
}

function entryName(name: string): string {
  return `${name[0]?.toUpperCase()}${name.slice(1)}Entry`;
}

/** Reads the little of the language that the text above uses. */
function describeMessage(name: string, body: string) {
  const fields = [];
  const nestedType = [];
  for (const [, repeated, key, value, type, fieldName, number] of body.matchAll(
    /(repeated )?(?:map<(\w+), (\w+)>|(\w+)) (\w+) = (\d+);/g,
  )) {
    const label = repeated === undefined ? Label.OPTIONAL : Label.REPEATED;
    if (key === undefined || value === undefined) {
      fields.push(field(type as string, fieldName as string, Number(number), label));
      continue;
    }
    const entry = entryName(fieldName as string);
    fields.push(field(`.shape.${name}.${entry}`, fieldName as string, Number(number), Label.REPEATED));
    const pair = [field(key, "key", 1, Label.OPTIONAL), field(value, "value", 2, Label.OPTIONAL)];
    nestedType.push({ name: entry, options: { mapEntry: true }, field: pair });
  }
  return { name, field: fields, nestedType };
}

function schemas(): (name: string) => DescMessage {
  const messageType = [...protoText.matchAll(/message (\w+) \{(.*)\}/g)].map(([, name, body]) =>
    describeMessage(name as string, body as string),
  );
  const file = create(FileDescriptorProtoSchema, { name: "s.proto", package: "shape", syntax: "proto3", messageType });
  const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: [file] }));
  return (name) => {
    const schema = registry.getMessage(`shape.${name}`);
    if (schema === undefined) throw new Error(`no message ${name}`);
    return schema;
  };
}

function times<T>(count: number, make: (i: number) => T): T[] {
  return Array.from({ length: count }, (_, i) => make(i));
}

function leaf(i: number): Record<string, unknown> {
  return { id: i * 7, label: `leaf number ${i}`, value: i / 3, on: i % 2 === 0 };
}

function branch(i: number): Record<string, unknown> {
  return { name: `branch-${i}`, leaves: times(4, leaf), main: leaf(i) };
}

const strings: Readonly<Record<string, unknown>> = {
  a: "GET",
  b: "application/grpc+proto",
  c: "The quick brown fox jumps over the lazy dog, again and again and again.",
  d: "Gr\u00fc\u00dfe aus M\u00fcnchen",
  e: "x".repeat(200),
  f: "order-7f3a9c21",
};

/** Six shapes, from a few bytes to a mebibyte. */
export function makeShapes(): Shape[] {
  const schemaOf = schemas();
  const shape = (name: string, type: string, init: Record<string, unknown>): Shape => {
    const schema = schemaOf(type);
    return { name, schema, init, message: create(schema, init) };
  };
  return [
    shape("tiny", "Tiny", { name: "Hello world", count: 3 }),
    shape("strings", "Strings", strings),
    shape("nested", "Nested", { id: 1, branches: times(3, branch), main: branch(9) }),
    shape("numbers", "Numbers", {
      small: times(100, (i) => i),
      large: times(100, (i) => i * 1_000_003),
      values: times(50, (i) => i * 1.1),
      deltas: times(100, (i) => (i % 2 === 0 ? i * 300 : -i)),
    }),
    shape("maps", "Maps", {
      counts: Object.fromEntries(times(10, (i) => [`key-${i}`, i])),
      labels: Object.fromEntries(times(10, (i) => [`label-${i}`, `value of ${i}`])),
      leaves: Object.fromEntries(times(5, (i) => [i, leaf(i)])),
    }),
    shape("1 MiB bytes", "Blob", { name: "blob", data: new Uint8Array(1 << 20).fill(7) }),
  ];
}
