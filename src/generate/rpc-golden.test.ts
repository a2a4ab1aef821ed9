import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { describe, it } from "node:test";
import { compile } from "../proto/compile.js";
import { root } from "./corpus.fixture.js";
import { generate } from "./generate.js";

const names: readonly string[] = ["google/rpc/code.proto", "google/rpc/error_details.proto", "google/rpc/status.proto"];

/** `UPDATE_GOLDEN=1` writes the files again instead, after a change of the generator. */
const update = process.env["UPDATE_GOLDEN"] === "1";

describe("src/rpc", () => {
  it("is what the generator makes of the built-in google/rpc files", () => {
    const { files, diagnostics } = compile(names, { read: () => undefined });
    assert.deepEqual(diagnostics, []);
    const generated = generate(files, names, { runtime: "protobuf-es", erasableSyntax: true, jsonTypes: true });
    assert.equal(generated.length, names.length);
    for (const file of generated) {
      const path = `${root}src/rpc/${file.path.replace("google/rpc/", "")}`;
      if (update) writeFileSync(path, file.text);
      assert.equal(readFileSync(path, "utf8"), file.text, `${path}: run this test with UPDATE_GOLDEN=1`);
    }
  });
});
