import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { amount } from "../base/amount.testing.js";
import { compile } from "./compile.js";
import { fileReader } from "./file-reader.js";
import { decodeWithRawBytes, encodeWithRawBytes, hasRawBytes, wellFormed } from "./raw-bytes.js";

test("bytes survive as text, whatever they are", () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    // Whole characters with one byte gone or changed, among them U+FFFD itself.
    fc.tuple(fc.string({ unit: "binary" }), fc.nat(), fc.nat(255)).map(([text, at, byte]) => {
      const all = new TextEncoder().encode(`${text}\ufffd`);
      all[at % all.length] = byte;
      return all;
    }),
  );
  fc.assert(
    fc.property(bytes, (before) => {
      const text = decodeWithRawBytes(before);
      assert.deepEqual(encodeWithRawBytes(text), before);
      const plain = new TextDecoder("utf-8", { ignoreBOM: true }).decode(before);
      assert.equal(hasRawBytes(text), Buffer.compare(Buffer.from(plain), before) !== 0);
      if (!hasRawBytes(text)) assert.equal(text, plain);
      assert.equal(hasRawBytes(wellFormed(text)), false);
    }),
    { numRuns: amount(200, 10_000) },
  );
});

function compileBytes(source: Uint8Array): ReturnType<typeof compile> {
  const dir = mkdtempSync(join(tmpdir(), "peregrine-raw-"));
  try {
    writeFileSync(join(dir, "t.proto"), source);
    return compile(["t.proto"], fileReader([dir]));
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

test("a file that is not UTF-8 is warned of; bytes keep what it has, and comments have U+FFFD", () => {
  const source = Buffer.from(
    'syntax = "proto2";\n// \xe9\nmessage M { optional bytes b = 1 [default = "\xe9"]; }',
    "latin1",
  );
  const { files, diagnostics } = compileBytes(source);
  const [warning] = diagnostics;
  assert.equal(diagnostics.length, 1);
  assert.equal(`${warning?.severity} ${warning?.line}:${warning?.column}`, "warning 2:4");
  assert.match(warning?.message ?? "", /The file is not UTF-8\..*Save the file as UTF-8/);
  const [message] = files[0]?.messageType ?? [];
  assert.equal(message?.field[0]?.defaultValue, "\\351");
  const comments = files[0]?.sourceCodeInfo?.location.map((one) => one.leadingComments) ?? [];
  assert.ok(comments.includes(" \ufffd\n"));
});

test("a string with bytes that are not UTF-8 is an error at its place", () => {
  const { files, diagnostics } = compileBytes(
    Buffer.from('syntax = "proto3";\noption java_package = "a\xe9";', "latin1"),
  );
  assert.deepEqual(files, []);
  assert.deepEqual(
    diagnostics.map((one) => `${one.severity} ${one.line}:${one.column}`),
    ["error 2:23", "warning 2:25"],
  );
  assert.match(diagnostics[0]?.message ?? "", /A string must be valid UTF-8/);
});

test("a file may hold U+FFFD itself", () => {
  const { files, diagnostics } = compileBytes(Buffer.from('syntax = "proto3";\noption java_package = "\ufffd";'));
  assert.deepEqual(diagnostics, []);
  assert.equal(files[0]?.options?.javaPackage, "\ufffd");
});
