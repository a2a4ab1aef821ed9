import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { create, createFileRegistry, type DescMessage, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
} from "@bufbuild/protobuf/wkt";
import { compiledCodecs } from "./compiled-codec.js";

const hostile: readonly string[] = [
  "__proto__",
  "constructor",
  "toString",
  "valueOf",
  "hasOwnProperty",
  "prototype",
  "class",
  "return",
  "await",
  "arguments",
  "eval",
  "x;globalThis.pwned=1;//",
  'x"];globalThis.pwned=1;//',
  "x}globalThis.pwned=1;{",
  "x\nglobalThis.pwned=1\n",
  "$" + "{globalThis.pwned=1}",
  "`",
  "\\",
  "*/",
  "\u2028",
  "$typeName",
  "$unknown",
  "",
  "0",
  "\u00e4",
];

/** A schema with names as a descriptor may have them: protobuf-es looks at the names of fields. */
function schemaOf(field: string, message: string, type: Type): DescMessage {
  const file = create(FileDescriptorProtoSchema, {
    name: "h.proto",
    package: "h",
    syntax: "proto3",
    messageType: [
      {
        name: message,
        oneofDecl: [{ name: `${field}_one` }],
        field: [
          { name: field, number: 1, type, label: Label.OPTIONAL },
          { name: `${field}2`, number: 2, type, label: Label.REPEATED },
          { name: `${field}3`, number: 3, type, label: Label.OPTIONAL, oneofIndex: 0 },
        ],
      },
    ],
  });
  const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: [file] }));
  return registry.getMessage(`h.${message}`) as DescMessage;
}

/** A schema whose names were not looked at by anybody. */
function forge(localName: string, typeName: string): DescMessage {
  const schema = schemaOf("f", "M", Type.STRING);
  Object.defineProperty(schema, "typeName", { value: typeName });
  for (const member of [...schema.members, ...schema.fields]) {
    Object.defineProperty(member, "localName", { value: localName });
  }
  return schema;
}

function isPwned(): boolean {
  return "pwned" in globalThis || "pwned" in Object.prototype;
}

/** A schema in which members have one name may be of no use, as long as it does no harm. */
function attempt(action: () => unknown): void {
  try {
    action();
  } catch (error) {
    assert.ok(error instanceof Error && !(error instanceof SyntaxError));
  }
}

for (const delivery of ["compiled", "interpreted"] as const) {
  describe(`hostile descriptors, ${delivery}`, () => {
    for (const name of hostile) {
      it(`does no harm with the name ${JSON.stringify(name)}`, () => {
        const before = Reflect.ownKeys(Object.prototype);
        for (const [field, message] of [
          [name, "M"],
          ["f", name],
          [name, name],
        ] as const) {
          const codec = compiledCodecs({ delivery })(forge(field, message));
          attempt(() => codec.decode(codec.encode({}, 0)));
          attempt(() => codec.decode(Uint8Array.from([10, 1, 65])));
          attempt(() => codec.decode(Uint8Array.from([18, 1, 66])));
          attempt(() => codec.decode(Uint8Array.from([26, 1, 67])));
        }
        assert.equal(isPwned(), false);
        assert.deepEqual(Reflect.ownKeys(Object.prototype), before);
      });
    }

    it("reads and writes fields whose names mean something to JavaScript", () => {
      for (const name of ["constructor", "toString", "valueOf", "hasOwnProperty", "class", "arguments", "prototype"]) {
        const schema = schemaOf(name, "M", Type.STRING);
        const codec = compiledCodecs({ delivery })(schema);
        const bytes = Uint8Array.from([10, 1, 65, 18, 1, 66, 26, 1, 67]);
        const message = codec.decode(bytes);
        assert.deepEqual(message, fromBinary(schema, bytes), name);
        assert.deepEqual(codec.encode(message, 0), toBinary(schema, message), name);
        assert.equal(codec.encode({}, 0).byteLength, 0, name);
      }
    });

    it("takes numbers that no field may have", () => {
      for (const number of [0, -1, 536_870_912, 2_147_483_647]) {
        const file = create(FileDescriptorProtoSchema, {
          name: "n.proto",
          syntax: "proto3",
          messageType: [{ name: "N", field: [{ name: "f", number, type: Type.STRING, label: Label.OPTIONAL }] }],
        });
        const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: [file] }));
        const codec = compiledCodecs({ delivery })(registry.getMessage("N") as DescMessage);
        assert.doesNotThrow(() => codec.encode({ f: "x" }, 0));
        assert.throws(() => codec.decode(Uint8Array.from([2, 1, 65])), /illegal tag: field number 0/);
      }
    });
  });
}

describe("a message of very many fields", () => {
  it("is the same in compiled code, however its parts are called there", () => {
    const field = Array.from({ length: 300 }, (_, i) => ({
      name: `x${i}`,
      number: i + 1,
      type: Type.INT32,
      label: Label.OPTIONAL,
    }));
    const messageType = [{ name: "Wide", field }];
    const file = create(FileDescriptorProtoSchema, { name: "w.proto", syntax: "proto3", messageType });
    const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: [file] }));
    const schema = registry.getMessage("Wide") as DescMessage;
    const init = Object.fromEntries(field.map(({ name, number }) => [name, number - 150]));
    const codec = compiledCodecs({ delivery: "compiled" })(schema);
    const bytes = codec.encode(init, 0);
    assert.deepEqual(bytes, toBinary(schema, create(schema, init)));
    assert.deepEqual(codec.decode(bytes), create(schema, init));
  });
});
