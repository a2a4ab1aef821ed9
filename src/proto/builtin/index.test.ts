import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { toBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { compile } from "../compile.js";
import { descriptorSetOf, registryOf } from "../registry.js";
import { builtinTexts } from "./index.js";

const result = compile([...builtinTexts.keys()], { read: () => undefined });

test("all files compile without a word", () => {
  assert.deepEqual(result.diagnostics, []);
  for (const path of builtinTexts.keys()) assert.ok(result.files.some((file) => file.name === path));
});

test("statuses have the numbers that travel", () => {
  const status = registryOf(result.files).getMessage("google.rpc.Status");
  assert.deepEqual(
    status?.fields.map((field) => [field.number, field.name, field.fieldKind]),
    [
      [1, "code", "scalar"],
      [2, "message", "scalar"],
      [3, "details", "list"],
    ],
  );
});

test("codes have the numbers of gRPC", () => {
  const code = registryOf(result.files).getEnum("google.rpc.Code");
  const names = Array.from({ length: 17 }, (_, i) => code?.value[i]?.name);
  assert.deepEqual(names.slice(0, 3), ["OK", "CANCELLED", "UNKNOWN"]);
  assert.deepEqual(names.slice(14), ["UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED"]);
});

test("the http option has its number", () => {
  assert.equal(registryOf(result.files).getExtension("google.api.http")?.number, 72295728);
});

/**
 * SHA-256 of the sets that `protoc --descriptor_set_out` makes of the files in the grpc-proto repository, without comments: what tools of
 * other languages were built with.
 */
const originals: ReadonlyMap<string, string> = new Map([
  ["grpc/channelz/v1/channelz.proto", "d99f1bb7e3d881ba561e8d934d31a24ffa351acd78d0a1c4e28b4c3bdb0d9c52"],
  ["grpc/health/v1/health.proto", "c9e3b055098a566f28d07f6fb56bbca05c7ea1916c6071923e0610d3530e3f01"],
  ["grpc/reflection/v1/reflection.proto", "f86d0f4d55dd69aa061edd619dc835bc91d4cf46b8dbf7c7bad3f3cea6a484f6"],
  ["grpc/reflection/v1alpha/reflection.proto", "767968742d889a1ac8c526d56e5d199166e736fd71a83209e85d5f128f13da9a"],
]);

for (const [path, digest] of originals) {
  test(`${path} is the original, byte for byte`, () => {
    const file = result.files.find(({ name }) => name === path);
    assert.ok(file !== undefined);
    const bytes = toBinary(FileDescriptorSetSchema, descriptorSetOf([{ ...file, sourceCodeInfo: undefined }]));
    assert.equal(createHash("sha256").update(bytes).digest("hex"), digest);
  });
}
