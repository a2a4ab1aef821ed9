import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  create,
  createFileRegistry,
  type DescMessage,
  type JsonValue,
  type Message,
  toBinary,
  toJson,
} from "@bufbuild/protobuf";
import {
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
} from "@bufbuild/protobuf/wkt";
import { withCodeAhead } from "./ahead.testing.js";
import { compiledCodecs } from "./compiled-codec.js";
import { deliveries } from "./differential.testing.js";
import { otherCopy } from "./other-copy.testing.js";

type Init = Record<string, unknown>;

/** A field of each type with and without a default, so often that the type is written as a small or as a large one. */
function schemaOf(times: number, required = false): DescMessage {
  const kinds = [
    { name: "bytes", type: Type.BYTES },
    { name: "bytes_default", type: Type.BYTES, defaultValue: "\\001a" },
    { name: "text", type: Type.STRING },
    { name: "text_default", type: Type.STRING, defaultValue: "x" },
    { name: "long", type: Type.INT64, defaultValue: "7" },
    { name: "count", type: Type.UINT32 },
    { name: "ratio", type: Type.DOUBLE, defaultValue: "nan" },
    { name: "on", type: Type.BOOL, defaultValue: "true" },
    { name: "kind", type: Type.ENUM, typeName: ".p.E" },
    { name: "inner", type: Type.GROUP, typeName: ".p.M" },
  ];
  const field = Array.from({ length: times }, (_, i) =>
    kinds.map((kind, k) => ({
      ...kind,
      name: `${kind.name}${i}`,
      jsonName: `${kind.name}${i}`,
      number: i * kinds.length + k + 1,
      label: Label.OPTIONAL,
    })),
  ).flat();
  const must = { name: "must", jsonName: "must", number: 900, type: Type.STRING, label: Label.REQUIRED };
  const file = create(FileDescriptorProtoSchema, {
    name: "p.proto",
    package: "p",
    syntax: "proto2",
    enumType: [{ name: "E", value: [{ name: "FIVE", number: 5 }] }],
    messageType: [{ name: "M", field: required ? [...field, must] : field }],
  });
  const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: [file] }));
  return registry.getMessage("p.M") as DescMessage;
}

/** Nothing set, all set to their defaults, and something else. */
const inits: readonly Init[] = [
  {},
  { bytes0: Uint8Array.of(), text0: "", long0: 7n, on0: true, kind0: 5, count0: 0, ratio0: Number.NaN },
  { bytesDefault0: Uint8Array.of(1, 97), textDefault0: "x", inner0: { bytes0: Uint8Array.of(), inner0: {} } },
  { bytes0: Uint8Array.of(9), textDefault0: "", on0: false },
];

for (const delivery of deliveries) {
  for (const times of [1, 20]) {
    describe(`set fields, ${delivery}, ${10 * times} fields`, () => {
      const schema = delivery === "ahead" ? withCodeAhead(schemaOf(times)) : schemaOf(times);
      const codec = compiledCodecs({ delivery })(schema);

      it("are those of messages that another copy of protobuf-es made", () => {
        for (const init of inits) {
          const message = create(schema, init);
          const expected = toBinary(schema, message);
          const made = otherCopy.create(schema, init);
          const all: Message[] = [
            message,
            made,
            otherCopy.clone(schema, made),
            otherCopy.fromBinary(schema, expected),
            otherCopy.fromJson(schema, toJson(schema, message) as JsonValue),
          ];
          for (const one of all) assert.deepEqual(codec.encode(one, 0), expected);
        }
      });

      it("are those that a plain object inherits", () => {
        class Inherited {
          get text0(): string {
            return "inherited";
          }
        }
        const init = new Inherited() as unknown as Init;
        assert.deepEqual(codec.encode(init, 0), toBinary(schema, create(schema, init)));
        assert.ok(codec.encode(init, 0).length > 0);
        for (const one of [{ ratio0: Number.NaN }, { ratio0: 1 }]) {
          const heir = Object.create(one) as Init;
          assert.deepEqual(codec.encode(heir, 0), toBinary(schema, create(schema, heir)));
        }
      });

      it("are own properties of a message, whatever its prototype computes", () => {
        const message = Object.assign(
          Object.create({
            get text0(): string {
              return String(Math.random());
            },
          }),
          { $typeName: "p.M", count0: 3 },
        ) as Message;
        assert.deepEqual(codec.encode(message, 0), codec.encode({ count0: 3 }, 0));
      });

      it("are not what a message inherits from another one", () => {
        const heir = Object.create(create(schema, { text0: "mine", count0: 1 })) as Message & Init;
        heir["count0"] = 1;
        assert.deepEqual(codec.encode(heir, 0), codec.encode({ count0: 1 }, 0));
      });
    });

    it(`a required field is missed where a message inherits its default, ${delivery}, ${10 * times} fields`, () => {
      const schema = delivery === "ahead" ? withCodeAhead(schemaOf(times, true)) : schemaOf(times, true);
      const codec = compiledCodecs({ delivery })(schema);
      for (const message of [create(schema), otherCopy.create(schema), {}, create(schema, { text0: "a" } as Init)]) {
        assert.throws(() => codec.encode(message, 0), /must is required, and not set/);
      }
      const message = otherCopy.create(schema, { must: "" } as Init);
      assert.deepEqual(codec.encode(message, 0), toBinary(schema, message));
    });
  }
}

describe("a large type", () => {
  const field = Array.from({ length: 400 }, (_, i) => ({
    name: `f${i}`,
    number: i + 1,
    type: Type.INT32,
    label: i % 3 === 0 ? Label.REPEATED : Label.OPTIONAL,
    ...(i % 5 === 4 ? { oneofIndex: 0, label: Label.OPTIONAL } : {}),
  }));
  const file = create(FileDescriptorProtoSchema, {
    name: "l.proto",
    package: "l",
    syntax: "proto3",
    messageType: [{ name: "L", field, oneofDecl: [{ name: "pick" }] }],
  });
  const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: [file] }));
  const schema = registry.getMessage("l.L") as DescMessage;
  const errorOf = (delivery: "compiled" | "interpreted", message: unknown): string => {
    try {
      return Buffer.from(compiledCodecs({ delivery })(schema).encode(message as Message, 0)).toString("hex");
    } catch (error) {
      return String(error);
    }
  };

  it("is written in the order of field numbers, whatever the order of names", () => {
    const init = { f50: 5, f3: [3], f31: 31, f1: 1, pick: { case: "f34", value: 34 } };
    const expected = toBinary(schema, create(schema, init as Init));
    assert.deepEqual(compiledCodecs({ delivery: "compiled" })(schema).encode(init as Init, 0), expected);
  });

  it("refuses with the interpreter's words", () => {
    const message = create(schema) as Message & Init;
    const without = (name: string): unknown =>
      Object.fromEntries(Object.entries(message).filter(([key]) => key !== name));
    const bad: readonly unknown[] = [
      without("f1"),
      without("f3"),
      without("pick"),
      { f40: "4" },
      { f40: null, f42: undefined, pick: null },
      { f42: 4 },
      { f50: 5, pick: { case: "f1", value: 1 } },
      { pick: { case: "f4" } },
      { pick: { case: "f64", value: null } },
      { pick: "f4" },
      { ...message, pick: { case: null } },
    ];
    for (const one of bad) assert.equal(errorOf("compiled", one), errorOf("interpreted", one));
    assert.match(errorOf("compiled", without("f1")), /field l.L.f1: expected/);
  });
});
