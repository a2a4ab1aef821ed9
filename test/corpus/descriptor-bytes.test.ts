import assert from "node:assert/strict";
import { it } from "node:test";
import { create, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { differencesOf } from "./descriptor-bytes.js";

function setOf(...files: readonly { readonly name: string; readonly package?: string }[]): Uint8Array {
  const file = files.map((init) => create(FileDescriptorProtoSchema, init));
  return toBinary(FileDescriptorSetSchema, create(FileDescriptorSetSchema, { file }));
}

it("finds what differs between two descriptor sets", () => {
  const [a, b] = [{ name: "a.proto" }, { name: "b.proto", package: "b" }];
  assert.deepEqual(differencesOf(setOf(a, b), setOf(a, b)), []);
  assert.deepEqual(differencesOf(setOf(b, a), setOf(a, b)), ["the files are in another order"]);
  assert.deepEqual(differencesOf(setOf(a), setOf(a, b)), ["b.proto: is not in our set"]);
  assert.deepEqual(differencesOf(setOf(a, b), setOf(b)), ["a.proto: is in our set only"]);
  assert.deepEqual(differencesOf(setOf(a, { ...b, package: "c" }), setOf(a, b)), [
    'b.proto: .package: "c", and theirs "b"',
  ]);
  // An unknown field, which no reflection sees.
  const more = Buffer.concat([
    setOf(a),
    Buffer.from([0x0a, 0x0c, 0x0a, 0x07]),
    Buffer.from("z.proto"),
    Buffer.from([0xf8, 0x3f, 1]),
  ]);
  assert.equal(differencesOf(more, setOf(a, { name: "z.proto" })).length, 1);
});
