import assert from "node:assert/strict";
import { test } from "node:test";
import { compile } from "../compile.js";
import { registryOf } from "../registry.js";
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
