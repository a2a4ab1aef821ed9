import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fromBinary, toBinary, toJson } from "@bufbuild/protobuf";
import { type FileDescriptorProto, FileDescriptorProtoSchema, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { compile } from "../../src/proto/compile.js";
import { fileReader } from "../../src/proto/file-reader.js";
import { registryOf } from "../../src/proto/registry.js";
import { corpusDir, corpusFiles, rootDir } from "./corpus.js";

const result = compile(corpusFiles(), fileReader([corpusDir]));
const registry = registryOf(result.files);
const golden = fromBinary(FileDescriptorSetSchema, readFileSync(`${rootDir}test/proto/golden/protoc.binpb`)).file;

/** protoc writes an option that is set field by field as several entries, which mean one message. */
const mergedOptions: ReadonlySet<string> = new Set(["aggregate.proto", "delimited.proto"]);

test("protoc knows the same files", () => {
  assert.deepEqual(golden.map((file) => file.name).sort(), corpusFiles());
});

for (const theirs of golden) {
  test(`${theirs.name} compiles to what protoc gives, with all places and comments`, () => {
    const mine = result.files.find((file) => file.name === theirs.name);
    assert.ok(mine !== undefined);
    assert.deepEqual(mine.sourceCodeInfo, theirs.sourceCodeInfo);
    if (mergedOptions.has(theirs.name)) assert.deepEqual(meaning(mine), meaning(theirs));
    else assert.deepEqual(bytes(mine), bytes(theirs));
  });
}

function bytes(file: FileDescriptorProto): Buffer {
  return Buffer.from(toBinary(FileDescriptorProtoSchema, file));
}

function meaning(file: FileDescriptorProto): unknown {
  return toJson(FileDescriptorProtoSchema, fromBinary(FileDescriptorProtoSchema, bytes(file)), { registry });
}
