import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { inspect } from "node:util";
import { clone, create, createRegistry, equals, fromBinary, mergeFromBinary, toBinary } from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";
import {
  DurationSchema,
  EmptySchema,
  FieldDescriptorProtoSchema,
  FileDescriptorSetSchema,
} from "@bufbuild/protobuf/wkt";
import { compiledCodecs } from "./compiled-codec.js";
import { measureHeapGrowth } from "./heap.testing.js";
import { rawOf } from "./raw-unknown.js";

/** Fields of each wire type that Empty does not know, among them a group that holds another. */
const everyWireType = Uint8Array.of(
  ...[8, 150, 1],
  ...[17, 1, 2, 3, 4, 5, 6, 7, 8],
  ...[26, 2, 65, 66],
  ...[35, 43, 8, 1, 44, 36],
  ...[53, 1, 2, 3, 4],
  ...[0xfa, 0xff, 0xff, 0xff, 0x0f, 0],
);

for (const delivery of ["compiled", "interpreted"] as const) {
  describe(`unknown fields, ${delivery}`, () => {
    const codec = compiledCodecs({ delivery })(EmptySchema);
    const durations = compiledCodecs({ delivery })(DurationSchema);

    it("are those of protobuf-es to whoever looks at them", () => {
      const expected = fromBinary(EmptySchema, everyWireType);
      const message = codec.decode(everyWireType);
      assert.notEqual(rawOf(message), undefined);
      assert.deepEqual(message, expected);
      assert.deepEqual(Object.keys(message), Object.keys(expected));
      assert.deepEqual({ ...message }, { ...expected });
      assert.deepEqual(structuredClone(message), structuredClone(expected));
      assert.equal(JSON.stringify(message), JSON.stringify(expected));
      assert.equal(message.$unknown, message.$unknown);
      assert.equal(inspect(codec.decode(Uint8Array.of())), inspect(create(EmptySchema)));
    });

    it("go through the functions of protobuf-es", () => {
      const message = codec.decode(everyWireType);
      assert.deepEqual(toBinary(EmptySchema, message), everyWireType);
      assert.deepEqual(clone(EmptySchema, message), message);
      assert.ok(
        equals(EmptySchema, message, fromBinary(EmptySchema, everyWireType), {
          unknown: true,
          registry: createRegistry(),
        }),
      );
      assert.equal(reflect(EmptySchema, message).getUnknown()?.length, 6);
      mergeFromBinary(EmptySchema, message, Uint8Array.of(8, 1));
      assert.deepEqual(toBinary(EmptySchema, message), Uint8Array.of(...everyWireType, 8, 1));
      reflect(EmptySchema, message).setUnknown([]);
      assert.equal(codec.encode(message, 0).length, 0);
    });

    it("are written as they came, without being split", () => {
      const odd = Uint8Array.of(0x88, 0, 0x81, 0x80, 0, ...everyWireType);
      const message = codec.decode(odd);
      assert.deepEqual(codec.encode(message, 0), odd);
      assert.notEqual(rawOf(message), undefined);
    });

    it("are kept in their order where known fields stand between them", () => {
      const message = durations.decode(Uint8Array.of(24, 1, 8, 5, 24, 2, 24, 3, 16, 6, 26, 1, 7));
      assert.deepEqual(durations.encode(message, 0), Uint8Array.of(8, 5, 16, 6, 24, 1, 24, 2, 24, 3, 26, 1, 7));
      assert.deepEqual(
        message.$unknown?.map(({ no, data }) => [no, ...data]),
        [
          [3, 1],
          [3, 2],
          [3, 3],
          [3, 1, 7],
        ],
      );
    });

    it("may be changed, assigned and removed", () => {
      const field = { no: 9, wireType: 0, data: Uint8Array.of(1) };
      const changed = codec.decode(everyWireType);
      changed.$unknown?.splice(0, 6, field);
      assert.deepEqual(codec.encode(changed, 0), Uint8Array.of(72, 1));
      const assigned = codec.decode(everyWireType);
      assigned.$unknown = [field];
      assert.deepEqual(codec.encode(assigned, 0), Uint8Array.of(72, 1));
      assert.deepEqual(Object.getOwnPropertyDescriptor(assigned, "$unknown")?.value, [field]);
      const removed = codec.decode(everyWireType);
      delete removed.$unknown;
      assert.equal(codec.encode(removed, 0).length, 0);
      removed.$unknown = [field];
      assert.deepEqual(codec.encode(removed, 0), Uint8Array.of(72, 1));
    });

    it("hold for frozen and sealed messages, and what inherits from one", () => {
      const frozen = Object.freeze(codec.decode(everyWireType));
      assert.equal(frozen.$unknown?.length, 6);
      assert.throws(() => Object.assign(frozen, { $unknown: [] }), TypeError);
      assert.deepEqual(codec.encode(frozen, 0), everyWireType);
      const sealed = Object.seal(codec.decode(everyWireType));
      sealed.$unknown = [];
      assert.equal(codec.encode(sealed, 0).length, 0);
      const message = codec.decode(everyWireType);
      const heir = Object.create(message) as typeof message;
      assert.equal(heir.$unknown?.length, 6);
      heir.$unknown = [];
      assert.equal(message.$unknown?.length, 6);
      assert.equal(new Proxy(message, {}).$unknown?.length, 6);
    });

    it("take about their bytes of memory", () => {
      const bytes = new Uint8Array(1_048_576);
      for (let i = 0; i < bytes.length; i += 2) bytes[i] = 8;
      const scattered = bytes.slice();
      // Before the half of them a field that is known: they cannot be left in place.
      for (let i = 0; i < bytes.length; i += 4) scattered[i] = 24;
      for (const [one, input] of [
        [codec, bytes],
        [durations, scattered],
      ] as const) {
        const { grown, kept } = measureHeapGrowth(() => one.decode(input.slice()));
        assert.ok(grown < 2.2 * bytes.length, `${grown} bytes for ${bytes.length}`);
        assert.ok(kept.$typeName.startsWith("google."));
      }
    });

    it("are dropped where the bounds say so", () => {
      const bounds = { maxDecodedBytes: 1_000, unknownFields: "drop", side: "server" } as const;
      const message = codec.decode(everyWireType, bounds);
      assert.deepEqual(message, create(EmptySchema));
      assert.equal("$unknown" in message, false);
      // The next one is not bound by what held for this one.
      assert.equal(codec.decode(everyWireType).$unknown?.length, 6);
    });
  });
}

describe("unknown values of closed enums", () => {
  it("are written back to the field that they came in", () => {
    const bytes = compiledCodecs()(FileDescriptorSetSchema).encode(
      create(FileDescriptorSetSchema, { file: [{ messageType: [{ field: [{ name: "x" }] }] }] }),
      0,
    );
    // The type of the field, which is the value 99 that no release knows: field 5.
    const last = bytes.length;
    const changed = Uint8Array.of(...bytes, 40, 99);
    // All lengths around it grow by two.
    for (const at of [1, 3, 5]) changed[at] = (changed[at] as number) + 2;
    const codec = compiledCodecs()(FileDescriptorSetSchema);
    const message = codec.decode(changed);
    const field = message.file[0]?.messageType[0]?.field[0];
    assert.deepEqual(field?.$unknown, [{ no: 5, wireType: 0, data: Uint8Array.of(99) }]);
    assert.deepEqual(codec.encode(codec.decode(changed), 0), changed);
    assert.equal(last, changed.length - 2);
  });

  it("are not taken for a part of the input", () => {
    const codec = compiledCodecs()(FieldDescriptorProtoSchema);
    // The unknown field begins where the kept value ends, each in its own bytes.
    const bytes = Uint8Array.of(40, 99, 120, 1);
    assert.deepEqual(codec.encode(codec.decode(bytes), 0), bytes);
  });
});
