import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  create,
  createFileRegistry,
  type DescMessage,
  type FileRegistry,
  fromBinary,
  type Message,
  type MessageInitShape,
  toBinary,
} from "@bufbuild/protobuf";
import {
  type DescriptorProtoSchema,
  type FieldDescriptorProtoSchema,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
  file_google_protobuf_struct,
  file_google_protobuf_wrappers,
  FieldDescriptorProto_Label as Label,
  StructSchema,
  TimestampSchema,
  FieldDescriptorProto_Type as Type,
} from "@bufbuild/protobuf/wkt";
import fc from "fast-check";
import { amount } from "../base/amount.testing.js";
import { anyText } from "../base/any-text.testing.js";
import { withCodeAhead } from "./ahead.testing.js";
import type { CodecProvider, MessageCodec } from "./codec.js";
import { compiledCodecs } from "./compiled-codec.js";
import { protobufEsCodecs } from "./protobuf-es-codec.js";

type FieldInit = MessageInitShape<typeof FieldDescriptorProtoSchema>;

const singular: FieldInit[] = [
  { name: "name", type: Type.STRING },
  { name: "flag", type: Type.BOOL },
  { name: "i32", type: Type.INT32 },
  { name: "u32", type: Type.UINT32 },
  { name: "i64", type: Type.INT64 },
  { name: "u64", type: Type.FIXED64 },
  { name: "data", type: Type.BYTES },
  { name: "f32", type: Type.FLOAT },
  { name: "f64", type: Type.DOUBLE },
  { name: "kind", type: Type.ENUM, typeName: ".t.Kind" },
  { name: "child", type: Type.MESSAGE, typeName: ".t.All" },
  { name: "wrapped", type: Type.MESSAGE, typeName: ".google.protobuf.Int32Value" },
  { name: "json", type: Type.MESSAGE, typeName: ".google.protobuf.Struct" },
];
const others: FieldInit[] = [
  { name: "names", type: Type.STRING, label: Label.REPEATED },
  { name: "children", type: Type.MESSAGE, typeName: ".t.All", label: Label.REPEATED },
  { name: "counts", type: Type.MESSAGE, typeName: ".t.All.CountsEntry", label: Label.REPEATED },
  { name: "text", type: Type.STRING, oneofIndex: 0 },
  { name: "inner", type: Type.MESSAGE, typeName: ".t.All", oneofIndex: 0 },
  { name: "maybe", type: Type.STRING, oneofIndex: 1, proto3Optional: true },
];

function buildRegistry(): FileRegistry {
  const entry = {
    name: "CountsEntry",
    options: { mapEntry: true },
    field: [
      { name: "key", number: 1, type: Type.INT32, label: Label.OPTIONAL },
      { name: "value", number: 2, type: Type.INT32, label: Label.OPTIONAL },
    ],
  };
  const fields = [...singular, ...others].map((field, i) => ({ label: Label.OPTIONAL, ...field, number: i + 1 }));
  const file = create(FileDescriptorProtoSchema, {
    name: "t.proto",
    package: "t",
    syntax: "proto3",
    dependency: ["google/protobuf/wrappers.proto", "google/protobuf/struct.proto"],
    enumType: [{ name: "Kind", value: [{ name: "KIND_NONE", number: 0 }] }],
    messageType: [
      {
        name: "All",
        field: fields as FieldInit[],
        nestedType: [entry as MessageInitShape<typeof DescriptorProtoSchema>],
        oneofDecl: [{ name: "choice" }, { name: "_maybe" }],
      },
      { name: "Odd", field: [{ name: "has_own_property", number: 1, type: Type.STRING, label: Label.OPTIONAL }] },
    ],
  });
  const files = [file, file_google_protobuf_wrappers.proto, file_google_protobuf_struct.proto];
  return createFileRegistry(create(FileDescriptorSetSchema, { file: files.reverse() }));
}

const registry = buildRegistry();
const schema: DescMessage = registry.getMessage("t.All") as DescMessage;
const long = "y".repeat(100);
const wrong: readonly (readonly [Record<string, unknown>, string])[] = [
  [{ name: 5 }, "field t.All.name: expected string, got 5"],
  [{ flag: "yes" }, 'field t.All.flag: expected boolean, got "yes"'],
  [{ i32: 1.5 }, "field t.All.i32: expected integer from -2147483648 to 2147483647, got 1.5"],
  [{ i32: 2 ** 31 }, "field t.All.i32: expected integer from -2147483648 to 2147483647, got 2147483648"],
  [{ u32: -1 }, "field t.All.u32: expected integer from 0 to 4294967295, got -1"],
  [{ i64: 2n ** 63n }, "field t.All.i64: expected bigint from -2^63 to 2^63-1, got 9223372036854775808n"],
  [{ i64: 0.5 }, "field t.All.i64: expected bigint from -2^63 to 2^63-1, got 0.5"],
  [{ i64: "abc" }, 'field t.All.i64: expected bigint from -2^63 to 2^63-1, got "abc"'],
  [{ u64: -1n }, "field t.All.u64: expected bigint from 0 to 2^64-1, got -1n"],
  [{ data: "abc" }, 'field t.All.data: expected Uint8Array, got "abc"'],
  [{ f32: 1e39 }, "field t.All.f32: expected number that fits a float, got 1e+39"],
  [{ f64: long }, `field t.All.f64: expected number, got "${"y".repeat(40)}..."`],
  [{ kind: "KIND_NONE" }, 'field t.All.kind: expected number of enum t.Kind, got "KIND_NONE"'],
  [{ child: 1 }, "field t.All.child: expected message t.All, got 1"],
  [{ child: { name: 5n } }, "field t.All.name: expected string, got 5n"],
  [{ wrapped: "x" }, 'field t.All.wrapped: expected integer from -2147483648 to 2147483647, got "x"'],
  [{ json: 5 }, "field t.All.json: expected an object of JSON values, got 5"],
  [{ names: "x" }, 'field t.All.names: expected an array, got "x"'],
  [{ names: ["x", null] }, "field t.All.names[1]: expected string, got null"],
  [{ children: [{}, []] }, "field t.All.children[1]: expected message t.All, got an array of length 0"],
  [{ counts: [] }, "field t.All.counts: expected an object of keys and values, got an array of length 0"],
  [{ counts: { a: 1 } }, 'field t.All.counts["a"]: expected integer from -2147483648 to 2147483647 for a key, got "a"'],
  [{ counts: { 1: "x" } }, 'field t.All.counts["1"]: expected integer from -2147483648 to 2147483647, got "x"'],
  [{ choice: { case: "text", value: 5 } }, "field t.All.text: expected string, got 5"],
  [{ maybe: 5 }, "field t.All.maybe: expected string, got 5"],
];

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)];
}

const providers: Readonly<Record<string, () => CodecProvider>> = {
  "over protobuf-es": protobufEsCodecs,
  compiled: () => compiledCodecs({ delivery: "compiled" }),
  "with code made ahead": () => {
    withCodeAhead(schema);
    return compiledCodecs({ delivery: "ahead" });
  },
  interpreted: () => compiledCodecs({ delivery: "interpreted" }),
};

for (const [name, provider] of Object.entries(providers)) {
  describe(`the codec, ${name}`, () => {
    const codec: MessageCodec = provider()(schema);

    function encodes(init: Record<string, unknown>): Message & Record<string, unknown> {
      return codec.decode(codec.encode(init, 0)) as Message & Record<string, unknown>;
    }

    describe("values", () => {
      it("leaves the headroom free and zero", () => {
        const plain = codec.encode({ name: "x" }, 0);
        assert.deepEqual(plain, toBinary(schema, create(schema, { name: "x" })));
        const bytes = codec.encode({ name: "x" }, 5);
        assert.deepEqual(bytes, Uint8Array.from([0, 0, 0, 0, 0, ...plain]));
        assert.equal(bytes.byteLength, plain.byteLength + 5);
      });

      it("takes plain partial objects at every level, and messages as they are", () => {
        const init = {
          name: "a",
          child: { name: "b" },
          children: [{ i32: 1 }],
          choice: { case: "inner", value: { u32: 2 } },
        };
        assert.deepEqual(codec.encode(init, 0), codec.encode(create(schema, init), 0));
        assert.deepEqual(encodes({ counts: { 1: 2 }, wrapped: 7, json: { a: [1, null] } })["counts"], { 1: 2 });
      });

      it("does not change what it was given", () => {
        const init = Object.freeze({ child: Object.freeze({ name: "b" }), names: Object.freeze(["x"]) });
        assert.doesNotThrow(() => codec.encode(init, 0));
        assert.equal("$typeName" in init.child, false);
      });

      it("gives the same codec for the same schema, and another one from another provider", () => {
        const codecs = provider();
        assert.equal(codecs(TimestampSchema), codecs(TimestampSchema));
        assert.notEqual(codecs(TimestampSchema), provider()(TimestampSchema));
      });

      it("reads back what it wrote", () => {
        fc.assert(
          fc.property(
            fc.record({
              name: anyText(),
              flag: fc.boolean(),
              i32: fc.integer(),
              u32: fc.nat(),
              i64: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
              u64: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
              f64: fc.double(),
              f32: fc.float(),
              data: fc.uint8Array(),
              names: fc.array(fc.string()),
              counts: fc.dictionary(fc.nat().map(String), fc.integer(), { noNullPrototype: true }),
            }),
            (init) => {
              assert.deepEqual(encodes(init), create(schema, init));
            },
          ),
          { numRuns: amount(30, 100) },
        );
      });
    });

    describe("errors", () => {
      for (const [init, message] of wrong) {
        it(message, () => {
          assert.throws(() => codec.encode(init, 0), { message });
        });
      }

      it("does not take a message of another type, or what is no object", () => {
        const other = create(TimestampSchema) as unknown as Record<string, unknown>;
        assert.throws(
          () => codec.encode(other, 0),
          /expected a message t\.All, got a message google\.protobuf\.Timestamp/,
        );
        for (const value of [undefined, null, 5, "x", []]) {
          const init = value as unknown as Record<string, unknown>;
          assert.throws(() => codec.encode(init, 0), /expected a message t\.All, got/);
        }
      });

      it("does not take a message of another type inside of a message", () => {
        const message = create(schema) as Message & Record<string, unknown>;
        message["child"] = create(TimestampSchema);
        const text = "field t.All.child: expected message t.All, got a message google.protobuf.Timestamp";
        assert.throws(() => codec.encode(message, 0), { message: text });
        message["child"] = { name: "x" };
        assert.throws(() => codec.encode(message, 0), /field t\.All\.child: expected message t\.All, got an object/);
      });

      it("names a oneof's cases when a message holds a wrong one", () => {
        const message = create(schema, {}) as Message & Record<string, unknown>;
        message["choice"] = { case: "txt", value: "x" };
        assert.throws(() => codec.encode(message, 0), {
          message: 'oneof t.All.choice: there is no case "txt", only text, inner',
        });
        message["choice"] = undefined;
        assert.throws(() => codec.encode(message, 0), {
          message: "oneof t.All.choice: expected { case, value }, got undefined",
        });
      });

      it("says so when a message contains itself", () => {
        const init: Record<string, unknown> = { name: "x" };
        init["child"] = init;
        assert.throws(
          () => codec.encode(init, 0),
          /cannot encode message t\.All: it is nested too deep, or contains itself/,
        );
      });

      it("names the message type when bytes do not decode", () => {
        for (const bytes of [[0x0a, 0x05, 0x41], [0x07], [0x80]]) {
          assert.throws(() => codec.decode(Uint8Array.from(bytes)), /^Error: cannot decode message t\.All: ./);
        }
      });

      it("refuses what is nested deeper than 100 levels", () => {
        let bytes = new Uint8Array(0);
        for (let i = 0; i < 150; i++) bytes = Uint8Array.from([0x5a, ...varint(bytes.byteLength), ...bytes]);
        assert.throws(() => codec.decode(bytes), /cannot decode message t\.All: .*100/);
      });
    });

    describe("hostile names in values", () => {
      it("keeps __proto__ as a plain key of maps", () => {
        const struct = provider()(StructSchema);
        const init = { fields: JSON.parse('{"__proto__": {"kind": {"case": "boolValue", "value": true}}}') };
        const read = struct.decode(struct.encode(init, 0));
        assert.deepEqual(Object.keys(read.fields), ["__proto__"]);
        assert.equal(Object.getPrototypeOf(read.fields), Object.prototype);
        assert.equal(({} as Record<string, unknown>)["kind"], undefined);
        assert.deepEqual(fromBinary(StructSchema, struct.encode(init, 0)), read);
      });

      it("does not take what a plain object inherits for a field", () => {
        const odd = provider()(registry.getMessage("t.Odd") as DescMessage);
        assert.equal(odd.encode({}, 0).byteLength, 0);
        assert.equal(odd.encode({ hasOwnProperty: "x" }, 0).byteLength, 3);
      });
    });
  });
}
