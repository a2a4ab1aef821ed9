import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { create, createFileRegistry, fromBinary, type Message, ScalarType } from "@bufbuild/protobuf";
import {
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
} from "@bufbuild/protobuf/wkt";
import { compiledCodecs } from "./compiled-codec.js";
import { zeroOf } from "./zero.js";

/** `message M { map<string, E> kinds = 1; } enum E { FIRST = 5; ZERO = 0; }`, of proto2, where an enum begins as it likes. */
function schema(): Parameters<typeof fromBinary>[0] {
  const entry = (name: string, number: number, type: Type): object => ({
    ...{ name, jsonName: name, number, type, label: Label.OPTIONAL },
    ...(type === Type.ENUM ? { typeName: ".p.E" } : {}),
  });
  const file = create(FileDescriptorProtoSchema, {
    name: "p.proto",
    package: "p",
    syntax: "proto2",
    enumType: [
      {
        name: "E",
        value: [
          { name: "FIRST", number: 5 },
          { name: "ZERO", number: 0 },
        ],
      },
    ],
    messageType: [
      {
        name: "M",
        field: [
          {
            ...{ name: "kinds", jsonName: "kinds", number: 1, label: Label.REPEATED },
            ...{ type: Type.MESSAGE, typeName: ".p.M.KindsEntry" },
          },
        ],
        nestedType: [
          {
            name: "KindsEntry",
            options: { mapEntry: true },
            field: [entry("key", 1, Type.STRING), entry("value", 2, Type.ENUM)],
          },
        ],
      },
    ],
  });
  const desc = createFileRegistry(create(FileDescriptorSetSchema, { file: [file] })).getMessage("p.M");
  assert.ok(desc !== undefined);
  return desc;
}

describe("the zero of a type", () => {
  it("is that of scalars, and the number that is given", () => {
    const { STRING, BOOL, SINT64, DOUBLE } = ScalarType;
    assert.deepEqual(
      [STRING, BOOL, SINT64, DOUBLE].map((type) => zeroOf(type)),
      ["", false, 0n, 0],
    );
    assert.deepEqual(zeroOf(ScalarType.BYTES), new Uint8Array(0));
    assert.equal(zeroOf(undefined, 5), 5);
  });

  for (const delivery of ["compiled", "interpreted"] as const) {
    it(`of an enum is its first value, where an entry of a map has none: ${delivery}`, () => {
      const desc = schema();
      const bytes = Uint8Array.of(0x0a, 3, 0x0a, 1, 0x61);
      const message = compiledCodecs({ delivery })(desc).decode(bytes) as Message & { kinds: object };
      assert.deepEqual({ ...message.kinds }, { a: 5 });
      assert.deepEqual({ ...(fromBinary(desc, bytes) as typeof message).kinds }, { a: 5 });
    });
  }
});
