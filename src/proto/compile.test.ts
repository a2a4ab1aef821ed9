import assert from "node:assert/strict";
import { test } from "node:test";
import { getOption } from "@bufbuild/protobuf";
import type { CompileResult } from "./compile.js";
import { compile } from "./compile.js";
import { registryOf } from "./registry.js";

const p3 = 'syntax = "proto3";\n';

function compiled(
  texts: Readonly<Record<string, string>>,
  files: readonly string[] = Object.keys(texts),
): CompileResult {
  return compile(files, {
    read: (path) => (texts[path] === undefined ? undefined : { text: texts[path], displayPath: `dir/${path}` }),
  });
}

function told(result: CompileResult): string[] {
  return result.diagnostics.map((d) => `${d.file}:${d.line}:${d.column}: ${d.severity}: ${d.message}`);
}

test("imports come before importers, built-in files with them", () => {
  const result = compiled({
    "a.proto": `${p3}import "b.proto"; import "google/rpc/status.proto"; message A { B b = 1; google.rpc.Status s = 2; }`,
    "b.proto": `${p3}message B {}`,
  });
  assert.deepEqual(told(result), []);
  assert.deepEqual(
    result.files.map((file) => file.name),
    ["b.proto", "google/protobuf/any.proto", "google/rpc/status.proto", "a.proto"],
  );
});

test("errors of all files are told, in the order of the files and of the text", () => {
  const result = compiled({
    "a.proto": `${p3}import "b.proto";\nmessage A { X x = 0; }\nenum E {}`,
    "b.proto": `${p3}message B { Y y = 1; Y y = 1; }`,
  });
  assert.deepEqual(result.files, []);
  assert.deepEqual(
    result.diagnostics.map((d) => `${d.file}:${d.line}:${d.column}`),
    [
      "dir/b.proto:2:13",
      "dir/b.proto:2:22",
      "dir/b.proto:2:24",
      "dir/b.proto:2:28",
      "dir/a.proto:3:13",
      "dir/a.proto:3:19",
      "dir/a.proto:4:6",
    ],
  );
});

test("what a broken import lacks is no error of the importer, other errors are", () => {
  const result = compiled({
    "a.proto": `${p3}import "b.proto"; import "none.proto";\nmessage A { B b = 1; none.N n = 2; int32 z = 0; }`,
    "b.proto": `${p3}message B { int32 x }`,
  });
  assert.deepEqual(
    result.diagnostics.map((d) => `${d.file}:${d.line}`),
    ["dir/b.proto:2", "dir/a.proto:2", "dir/a.proto:3"],
  );
});

test("a file that is not there", () => {
  assert.deepEqual(told(compiled({}, ["a.proto"])), ['a.proto:1:1: error: File "a.proto" was not found.']);
});

test("what the reader throws is told where the file is imported", () => {
  const read = (path: string) => {
    if (path === "secret.proto") throw new Error("EACCES");
    return { text: `${p3}import "secret.proto";`, displayPath: path };
  };
  assert.deepEqual(told(compile(["a.proto", "secret.proto"], { read })), [
    'secret.proto:1:1: error: File "secret.proto" cannot be read: EACCES.',
    'a.proto:2:8: error: Import "secret.proto" cannot be read: EACCES.',
  ]);
});

test("an error in the definition of an option is told there alone", () => {
  const result = compiled({
    "a.proto": `${p3}import "google/protobuf/descriptor.proto";
extend google.protobuf.FileOptions { int32 zero = 0; None none = 50001; }
option (zero) = 1;
option (none) = { a: 1 };
message M { map<None, int32> m = 1; None n = 2 [jstype = JS_STRING]; }`,
  });
  assert.deepEqual(
    result.diagnostics.map((d) => `${d.line}:${d.column}`),
    ["3:51", "3:54", "6:17", "6:37"],
  );
});

test("an import that is not used is a warning, and the files are there", () => {
  const result = compiled({
    "a.proto": `${p3}import "b.proto";\nimport public "c.proto";\nimport "d.proto";\nmessage A { C c = 1; }`,
    "b.proto": `${p3}message B {}`,
    "c.proto": `${p3}message C {}`,
    "d.proto": `${p3}import public "c.proto";`,
  });
  assert.deepEqual(told(result), ["dir/a.proto:2:1: warning: Import b.proto is unused."]);
  assert.equal(result.files.length, 4);
});

test("a comment has an unused import pass, if it is the import's own", () => {
  const result = compiled({
    "a.proto":
      `// lint:ignore IMPORT_USED\n${p3}// Registers its extensions.\n// lint:ignore IMPORT_USED on purpose\nimport "b.proto"; // lint:ignore IMPORT_USED\n` +
      'import "c.proto";\n// lint:ignore IMPORT_USED\n\nimport "d.proto";\n/* buf:lint:ignore IMPORT_USED */ import "e.proto";',
    ...Object.fromEntries(["b", "c", "d", "e"].map((name) => [`${name}.proto`, p3])),
  });
  const warnings = told(result);
  assert.deepEqual(warnings, [
    "dir/a.proto:6:1: warning: Import c.proto is unused.",
    "dir/a.proto:9:1: warning: Import d.proto is unused.",
  ]);
});

/** A `descriptor.proto` of the user, with one more option. */
const vendored = (field: string) => `syntax = "proto2";
package google.protobuf;
message FieldOptions { ${field} optional bool deprecated = 3; extensions 1000 to max; }`;

test("options of a descriptor.proto among the files are known in all of them, in any order", () => {
  const path = "google/protobuf/descriptor.proto";
  const sources = {
    [path]: vendored("optional string sensitive = 777;"),
    "b.proto": `${p3}message B { string x = 1 [sensitive = "yes", deprecated = true]; }`,
  };
  for (const files of [
    ["b.proto", path],
    [path, "b.proto"],
  ]) {
    const result = compiled(sources, files);
    assert.deepEqual(result.diagnostics, []);
    assert.deepEqual(
      result.files.map(({ name }) => name),
      files,
    );
    const options = result.files.find(({ name }) => name === "b.proto")?.messageType[0]?.field[0]?.options;
    assert.equal(options?.deprecated, true);
    assert.equal(options?.$unknown?.[0]?.no, 777);
    assert.ok(result.files.every((file) => (file.sourceCodeInfo?.location.length ?? 0) > 0));
  }
});

test("an option of another descriptor.proto cannot have the number of one that programs know", () => {
  const sources = {
    "google/protobuf/descriptor.proto": vendored("optional string mine = 21;"),
    "b.proto": `${p3}message B { string x = 1 [mine = "hello"]; }`,
  };
  const result = compiled(sources, ["b.proto", "google/protobuf/descriptor.proto"]);
  assert.deepEqual(result.files, []);
  assert.match(
    told(result)[0] ?? "",
    /b\.proto:2:27: error: The number 21 of "mine" is that of "features" in .*give it another number/,
  );
});

test("a cycle of imports is told once", () => {
  const result = compiled({
    "a.proto": `${p3}import "b.proto";`,
    "b.proto": `${p3}import "c.proto";`,
    "c.proto": `${p3}import "a.proto";`,
  });
  assert.deepEqual(told(result), [
    "dir/c.proto:2:1: error: File recursively imports itself: a.proto -> b.proto -> c.proto -> a.proto",
  ]);
});

test("a chain of imports without end is cut", () => {
  const result = compile(["0.proto"], {
    read: (path) => ({ text: `${p3}import "${Number.parseInt(path, 10) + 1}.proto";`, displayPath: path }),
  });
  assert.deepEqual(
    result.diagnostics.map((d) => d.message),
    ["Imports are nested more than 1000 deep."],
  );
});

test("a type that is only an import's import is not seen", () => {
  const result = compiled({
    "a.proto": `${p3}import "b.proto"; message A { B b = 1;\nC c = 2; }`,
    "b.proto": `${p3}import "c.proto"; message B { C c = 1; }`,
    "c.proto": `${p3}message C {}`,
  });
  assert.equal(result.diagnostics.length, 1);
  assert.match(told(result)[0] as string, /dir\/a\.proto:3:1: .*"c\.proto", which is not imported by "a\.proto"/);
});

test("a user's own copy of google/rpc goes first, of google/protobuf does not", () => {
  const result = compiled(
    {
      "a.proto": `${p3}import "google/rpc/code.proto"; import "google/protobuf/empty.proto";\nmessage A { google.rpc.Own o = 1; google.protobuf.Empty e = 2; }`,
      "google/rpc/code.proto": `${p3}package google.rpc; message Own {}`,
      "google/protobuf/empty.proto": "broken",
    },
    ["a.proto"],
  );
  assert.deepEqual(told(result), []);
});

test("descriptors make a registry, custom options are read from it", () => {
  const result = compiled({
    "a.proto": `${p3}package a; import "google/protobuf/descriptor.proto";
      extend google.protobuf.MessageOptions { Extra extra = 50000; }
      message Extra { string name = 1; repeated int32 list = 2; }
      message M { option (extra) = { name: "n" list: [1, 2] }; option (extra).name2 = 1; }`.replace(
      " option (extra).name2 = 1;",
      "",
    ),
  });
  assert.deepEqual(told(result), []);
  const registry = registryOf(result.files);
  const message = registry.getMessage("a.M");
  const extra = registry.getExtension("a.extra");
  assert.ok(message !== undefined && extra !== undefined);
  const value = getOption(message, extra) as { name?: string; list?: number[] };
  assert.equal(value.name, "n");
  assert.deepEqual(value.list, [1, 2]);
});

test("without source info", () => {
  const reader = { read: () => ({ text: `${p3}// c\nmessage A {}`, displayPath: "a.proto" }) };
  assert.equal(compile(["a.proto"], reader, { sourceInfo: false }).files[0]?.sourceCodeInfo, undefined);
  assert.equal(compile(["a.proto"], reader).files[0]?.sourceCodeInfo?.location[2]?.leadingComments, " c\n");
});

test("fields of a custom option that are set one by one are records of their own, as protoc writes them", () => {
  const result = compiled({
    "a.proto": `syntax = "proto2"; import "google/protobuf/descriptor.proto";
      message Rules { optional int32 a = 1; optional Rules inner = 2; }
      extend google.protobuf.MessageOptions { optional Rules rules = 50000; }
      message A { option (rules).a = 1; option (rules).inner.a = 2; option (rules).inner.inner = { a: 3 }; }`,
  });
  assert.deepEqual(told(result), []);
  const records = result.files.at(-1)?.messageType[1]?.options?.$unknown?.map(({ no, data }) => [no, ...data]);
  assert.deepEqual(records, [
    [50000, 2, 0x08, 1],
    [50000, 4, 0x12, 2, 0x08, 2],
    [50000, 6, 0x12, 4, 0x12, 2, 0x08, 3],
  ]);
});
