import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { describe, it } from "node:test";
import { compile } from "../proto/compile.js";
import { root } from "./corpus.fixture.js";
import { generate } from "./generate.js";

/** The built-in files that the package has generated for itself: their directory, and what is before their names in it. */
const sets: readonly { readonly dir: string; readonly prefix: string; readonly names: readonly string[] }[] = [
  {
    dir: "src/rpc",
    prefix: "google/rpc/",
    names: ["google/rpc/code.proto", "google/rpc/error_details.proto", "google/rpc/status.proto"],
  },
  {
    dir: "src/services/grpc",
    prefix: "grpc/",
    names: [
      "grpc/channelz/v1/channelz.proto",
      "grpc/health/v1/health.proto",
      "grpc/reflection/v1/reflection.proto",
      "grpc/reflection/v1alpha/reflection.proto",
    ],
  },
];

/** `UPDATE_GOLDEN=1` writes the files again instead, after a change of the generator. */
const update = process.env["UPDATE_GOLDEN"] === "1";

for (const { dir, prefix, names } of sets) {
  describe(dir, () => {
    it(`is what the generator makes of the built-in files of ${prefix}`, () => {
      const { files, diagnostics } = compile(names, { read: () => undefined });
      assert.deepEqual(diagnostics, []);
      const generated = generate(files, names, { runtime: "protobuf-es", erasableSyntax: true, jsonTypes: true });
      assert.equal(generated.length, names.length);
      for (const file of generated) {
        const path = `${root}${dir}/${file.path.replace(prefix, "")}`;
        if (update) mkdirSync(dirname(path), { recursive: true });
        if (update) writeFileSync(path, file.text);
        assert.equal(readFileSync(path, "utf8"), file.text, `${path}: run this test with UPDATE_GOLDEN=1`);
      }
    });
  });
}
