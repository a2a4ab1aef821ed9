import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { create, toBinary as referenceToBinary } from "@bufbuild/protobuf";
import { DurationSchema, StructSchema, TimestampSchema } from "@bufbuild/protobuf/wkt";
import { fromBinary, toBinary } from "./binary.js";
import { compiledCodecs } from "./compiled-codec.js";

describe("toBinary and fromBinary", () => {
  it("do as those of protobuf-es", () => {
    const message = create(TimestampSchema, { seconds: 1_700_000_000n, nanos: 5 });
    const bytes = toBinary(TimestampSchema, message);
    assert.deepEqual(bytes, referenceToBinary(TimestampSchema, message));
    assert.equal(bytes.buffer.byteLength, bytes.byteLength);
    assert.deepEqual(fromBinary(TimestampSchema, bytes), message);
  });

  it("keep unknown fields, unless told not to", () => {
    const bytes = Uint8Array.from([8, 1, 0x1a, 1, 65]);
    const message = fromBinary(DurationSchema, bytes);
    assert.deepEqual(message.$unknown, [{ no: 3, wireType: 2, data: Uint8Array.from([1, 65]) }]);
    assert.deepEqual(toBinary(DurationSchema, message), bytes);
    assert.deepEqual(toBinary(DurationSchema, message, { writeUnknownFields: false }), bytes.subarray(0, 2));
    assert.equal(fromBinary(DurationSchema, bytes, { readUnknownFields: false }).$unknown, undefined);
  });

  it("hold to the limit of depth that they are given", () => {
    const nested = { kind: { case: "listValue", value: { values: [{ kind: { case: "nullValue", value: 0 } }] } } };
    const message = create(StructSchema, { fields: { a: nested as never } });
    const bytes = toBinary(StructSchema, message);
    assert.deepEqual(fromBinary(StructSchema, bytes, { recursionLimit: 4 }), message);
    assert.throws(() => fromBinary(StructSchema, bytes, { recursionLimit: 3 }), /nested deeper than 3 levels/);
  });

  it("write maps in the order of their keys on request", () => {
    const value = { kind: { case: "boolValue", value: true } } as const;
    const one = create(StructSchema, { fields: { b: value, a: value } });
    const other = create(StructSchema, { fields: { a: value, b: value } });
    const options = { deterministic: true };
    assert.notDeepEqual(toBinary(StructSchema, one), toBinary(StructSchema, other));
    assert.deepEqual(toBinary(StructSchema, one, options), toBinary(StructSchema, other, options));
    assert.deepEqual(toBinary(StructSchema, one, options), toBinary(StructSchema, other));
  });
});

describe("errors of decoding", () => {
  it("say message, field and offset", () => {
    assert.throws(() => fromBinary(TimestampSchema, Uint8Array.from([8, 1, 16, 0x80])), {
      message:
        "cannot decode message google.protobuf.Timestamp: ends inside of a varint" +
        " in field google.protobuf.Timestamp.nanos at offset 3",
    });
    const nested = Uint8Array.from([0x0a, 6, 0x0a, 1, 97, 0x12, 1, 0x11]);
    assert.throws(() => fromBinary(StructSchema, nested), {
      message:
        "cannot decode message google.protobuf.Struct: ends inside of a fixed-width value" +
        " in field google.protobuf.Value.number_value at offset 8",
    });
  });

  it("leave the next message alone", () => {
    const codec = compiledCodecs()(TimestampSchema);
    const cut = Uint8Array.from([8]);
    for (let i = 0; i < 200; i++) assert.throws(() => codec.decode(cut));
    assert.equal(codec.decode(Uint8Array.from([8, 1])).seconds, 1n);
  });

  it("of encoding too, where a getter of the message encodes another one", () => {
    const codec = compiledCodecs()(TimestampSchema);
    const inner = { seconds: 7n, nanos: 3 };
    const init = {
      seconds: 1n,
      get nanos(): number {
        return codec.encode(inner, 0).byteLength;
      },
    };
    assert.deepEqual(codec.encode(init, 0), Uint8Array.from([8, 1, 16, 4]));
    assert.throws(() => codec.encode({ seconds: 1n, nanos: 1.5 }, 0), /nanos/);
    assert.deepEqual(codec.encode(inner, 0), Uint8Array.from([8, 7, 16, 3]));
  });
});
