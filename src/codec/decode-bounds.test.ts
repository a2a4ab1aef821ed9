import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { create, createFileRegistry, type DescMessage, type Message } from "@bufbuild/protobuf";
import {
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
  file_google_protobuf_struct,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
} from "@bufbuild/protobuf/wkt";
import { ByteRange } from "../base/byte-range.js";
import { compiledCodecs } from "./compiled-codec.js";
import { type DecodeBounds, DecodedSizeError, maxDecodedBytesFor } from "./decode-bounds.js";
import { measureHeapGrowth } from "./heap.testing.js";

const repeated = { label: Label.REPEATED };
const optional = { label: Label.OPTIONAL };
const fields = [
  { name: "texts", type: Type.STRING, ...repeated },
  { name: "blobs", type: Type.BYTES, ...repeated },
  { name: "numbers", type: Type.INT32, ...repeated },
  { name: "longs", type: Type.INT64, ...repeated },
  { name: "doubles", type: Type.DOUBLE, ...repeated },
  { name: "fixed", type: Type.FIXED64, ...repeated },
  { name: "children", type: Type.MESSAGE, typeName: ".t.All", ...repeated },
  { name: "names", type: Type.MESSAGE, typeName: ".t.All.NamesEntry", ...repeated },
  { name: "people", type: Type.MESSAGE, typeName: ".t.Person", ...repeated },
  { name: "json", type: Type.MESSAGE, typeName: ".google.protobuf.Struct", ...optional },
  { name: "blob", type: Type.BYTES, ...optional },
  { name: "flags", type: Type.BOOL, ...repeated },
].map((field, i) => ({ ...field, number: i + 1 }));

function makeSchema(): DescMessage {
  const entry = {
    name: "NamesEntry",
    options: { mapEntry: true },
    field: [
      { name: "key", number: 1, type: Type.STRING, ...optional },
      { name: "value", number: 2, type: Type.INT32, ...optional },
    ],
  };
  const person = {
    name: "Person",
    field: [
      { name: "name", number: 1, type: Type.STRING, ...optional },
      { name: "id", number: 2, type: Type.INT64, ...optional },
      { name: "notes", number: 3, type: Type.STRING, ...optional },
    ],
  };
  const file = create(FileDescriptorProtoSchema, {
    name: "t.proto",
    package: "t",
    syntax: "proto3",
    dependency: ["google/protobuf/struct.proto"],
    messageType: [{ name: "All", field: fields, nestedType: [entry] }, person],
  });
  const set = create(FileDescriptorSetSchema, { file: [file_google_protobuf_struct.proto, file] });
  return createFileRegistry(set).getMessage("t.All") as DescMessage;
}

/** Smaller than the default, for the time that it takes; larger than what is counted at once. */
const limit = 524_288;
const bounds: DecodeBounds = { maxDecodedBytes: maxDecodedBytesFor(limit), unknownFields: "keep", side: "server" };

/** As often as it fits into `size` bytes. */
function repeat(size: number, ...bytes: readonly number[]): Uint8Array {
  const all = new Uint8Array(size - (size % bytes.length));
  for (let i = 0; i < all.length; i += bytes.length) all.set(bytes, i);
  return all;
}

function tagOf(name: string): number {
  const number = fields.find((field) => field.name === name)?.number ?? 0;
  return number * 8 + 2;
}

function packed(name: string, content: Uint8Array): Uint8Array {
  const { length } = content;
  const size = [(length & 127) | 128, ((length >> 7) & 127) | 128, ((length >> 14) & 127) | 128, length >> 21];
  const all = new Uint8Array(5 + length);
  all.set([tagOf(name), ...size]);
  all.set(content, 5);
  return all;
}

/** What an attacker would send, of a size. */
const attacks: Readonly<Record<string, (size: number) => Uint8Array>> = {
  "empty messages": (size) => repeat(size, tagOf("people"), 0),
  "messages with an unknown field": (size) => repeat(size, tagOf("people"), 2, 72, 1),
  "packed zeroes": (size) => packed("numbers", new Uint8Array(size)),
  "packed small numbers of two bytes": (size) => packed("numbers", repeat(size, 200, 1)),
  "packed flags": (size) => packed("flags", new Uint8Array(size)),
  "packed 64-bit zeroes": (size) => packed("longs", new Uint8Array(size)),
  "numbers that are not packed": (size) => repeat(size, tagOf("numbers") - 2, 1),
  "empty text": (size) => repeat(size, tagOf("texts"), 0),
  "text of two characters": (size) => repeat(size, tagOf("texts"), 2, 65, 66),
  "empty bytes": (size) => repeat(size, tagOf("blobs"), 0),
  "short text in messages": (size) => repeat(size, tagOf("people"), 8, 10, 2, 65, 66, 26, 2, 65, 66),
  "64-bit numbers in messages": (size) => repeat(size, tagOf("people"), 2, 16, 1),
};

function mapEntries(size: number): Uint8Array {
  const all = new Uint8Array(size - (size % 9));
  for (let i = 0; i < all.length; i += 9) {
    const n = i / 9;
    all.set([tagOf("names"), 7, 10, 5, 65 + (n & 15), 65 + ((n >> 4) & 15), 65 + ((n >> 8) & 15)], i);
    all.set([65 + ((n >> 12) & 15), 65 + ((n >> 16) & 15)], i + 7);
  }
  return all;
}

function honest(): Record<string, Record<string, unknown>> {
  const times = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));
  return {
    "bytes of the whole limit": { blob: new Uint8Array(limit - 100) },
    doubles: { doubles: times(65_000, (i) => i * 1.1) },
    "fixed numbers": { fixed: times(65_000, (i) => BigInt(i) << 33n) },
    "numbers of four bytes": { numbers: times(125_000, (i) => (1 << 27) - i) },
    "numbers of two bytes": { numbers: times(262_000, (i) => 128 + (i % 16_000)) },
    "messages of 80 bytes": {
      people: times(6_000, (i) => ({ name: `person ${i + 100_000}`, id: i + 1_000_000, notes: "n".repeat(55) })),
    },
    "texts of 80 bytes": { texts: times(6_000, (i) => String(i).padEnd(80, ".")) },
    "entries of a map": { names: Object.fromEntries(times(6_000, (i) => [`key ${i}`.padEnd(60, "."), i])) },
  };
}

const schema = makeSchema();
const providers = {
  compiled: () => compiledCodecs({ delivery: "compiled" }),
  interpreted: () => compiledCodecs({ delivery: "interpreted" }),
};

for (const [name, provider] of Object.entries(providers)) {
  const codec = provider()(schema);

  /** Whether the bytes are taken, in place and alone. */
  const isTaken = (bytes: Uint8Array): boolean => {
    const attempt = (decode: () => Message): boolean => {
      try {
        return decode() !== undefined;
      } catch (error) {
        if (error instanceof DecodedSizeError) return false;
        throw error;
      }
    };
    const alone = attempt(() => codec.decode(bytes, bounds));
    const chunk = new Uint8Array(bytes.length + 20);
    chunk.set(bytes, 10);
    const range = new ByteRange(chunk, 10, 10 + bytes.length);
    assert.equal(
      attempt(() => codec.decodeRange?.(range, bounds) as Message),
      alone,
    );
    return alone;
  };

  describe(`the bound on what a message takes when decoded, ${name}`, () => {
    for (const [title, make] of [...Object.entries(attacks), ["entries of a map", mapEntries] as const]) {
      it(`holds for ${title}`, () => {
        // The most of it that is taken, found by halving.
        let taken = 0;
        for (let step = limit; step >= 16_384; step /= 2) {
          if (taken + step <= limit && isTaken(make(taken + step))) taken += step;
        }
        assert.ok(taken > 0 && !(title !== "packed small numbers of two bytes" && taken === limit), `${taken}`);
        const { grown } = measureHeapGrowth(() => codec.decode(make(taken), bounds));
        assert.ok(grown <= 4.1 * limit, `${taken} bytes are taken, and take ${grown}`);
      });
    }

    it("lets pass what honest peers send", () => {
      for (const [title, init] of Object.entries(honest())) {
        const bytes = codec.encode(init, 0);
        assert.ok(bytes.length <= limit && bytes.length > limit / 2, `${title}: ${bytes.length}`);
        assert.ok(isTaken(bytes), title);
      }
    });

    it("counts what is read again and again", () => {
      const large = codec.encode(
        { json: Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`k${i}`, i])) },
        0,
      );
      const again = repeat(2_000, tagOf("json"), 0);
      const all = new Uint8Array(large.length + again.length);
      all.set(large);
      all.set(again, large.length);
      assert.equal(isTaken(all), false);
    });

    it("names the type, the option, its value and the side", () => {
      const tight: DecodeBounds = { maxDecodedBytes: 1_000, unknownFields: "keep", side: "client" };
      const bytes = repeat(100, tagOf("children"), 0);
      assert.throws(() => codec.decode(bytes, tight), {
        message: "message t.All takes more memory when decoded than maxDecodedBytes = 1000 of this client",
      });
      assert.doesNotThrow(() => codec.decode(bytes, { ...tight, maxDecodedBytes: Number.POSITIVE_INFINITY }));
      assert.doesNotThrow(() => codec.decode(bytes));
      const blob = codec.encode({ blob: new Uint8Array(2_000) }, 0);
      assert.throws(() => codec.decode(blob, tight), DecodedSizeError);
    });
  });
}
