import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { toBinary } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { compile } from "./compile.js";
import { projectReader } from "./package-reader.js";

function project(t: TestContext, files: Readonly<Record<string, string>>): string {
  const dir = mkdtempSync(join(tmpdir(), "peregrine-packages-"));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
  return dir;
}

test("files of packages are found by the package's name, from the project's directory up", (t) => {
  const dir = project(t, {
    "node_modules/pkg/a/b.proto": "// pkg",
    "node_modules/@scope/pkg/c.proto": "// scoped",
    "inner/node_modules/pkg/a/b.proto": "// nearer",
    "protos/pkg/own.proto": "// own",
    "node_modules/pkg/own.proto": "// theirs",
  });
  const outer = projectReader([join(dir, "protos")], dir);
  assert.equal(outer.read("pkg/a/b.proto")?.text, "// pkg");
  assert.equal(outer.read("@scope/pkg/c.proto")?.text, "// scoped");
  assert.equal(outer.read("pkg/own.proto")?.text, "// own");
  assert.equal(projectReader([], join(dir, "inner")).read("pkg/a/b.proto")?.text, "// nearer");
  assert.equal(outer.read("pkg"), undefined);
  assert.equal(outer.read("@scope/pkg"), undefined);
});

test("nothing outside of the package is read", (t) => {
  const dir = project(t, { "secret.proto": "", "node_modules/.cache/x.proto": "", "real/in.proto": "// in" });
  mkdirSync(join(dir, "node_modules/pkg"));
  symlinkSync(join(dir, "secret.proto"), join(dir, "node_modules/pkg/link.proto"));
  symlinkSync(join(dir, "real"), join(dir, "node_modules/linked"));
  const reader = projectReader([], dir);
  assert.equal(reader.read("pkg/link.proto"), undefined);
  assert.equal(reader.read("pkg/../../secret.proto"), undefined);
  assert.equal(reader.read(".cache/x.proto"), undefined);
  assert.equal(reader.read("linked/in.proto")?.text, "// in");
});

test("buf/validate comes from the package that has it as a descriptor", (t) => {
  const rules = `syntax = "proto2"; package buf.validate; import "google/protobuf/descriptor.proto";
extend google.protobuf.FieldOptions { optional bool required = 1159; }`;
  const name = "buf/validate/validate.proto";
  const text = `syntax = "proto3"; import "${name}"; message M { string a = 1 [(buf.validate.required) = true]; }`;
  const built = compile([name], { read: () => ({ text: rules, displayPath: name }) }, { sourceInfo: false });
  const bytes = toBinary(FileDescriptorProtoSchema, built.files.at(-1) as (typeof built.files)[number]);
  const wkt = import.meta.resolve("@bufbuild/protobuf/wkt");
  const dir = project(t, {
    "t.proto": text,
    "node_modules/@bufbuild/protovalidate/package.json": "{}",
    "node_modules/@bufbuild/protovalidate/gen/buf/validate/validate_pb.js": `
const { fromBinary } = require(${JSON.stringify(new URL("../../cjs/index.js", wkt).pathname)});
const { FileDescriptorProtoSchema } = require(${JSON.stringify(new URL("../../cjs/wkt/index.js", wkt).pathname)});
const bytes = Buffer.from("${Buffer.from(bytes).toString("hex")}", "hex");
exports.file_buf_validate_validate = { proto: fromBinary(FileDescriptorProtoSchema, bytes) };`,
  });
  const { files, diagnostics } = compile(["t.proto"], projectReader([dir], dir));
  assert.deepEqual(diagnostics, []);
  assert.deepEqual(
    files.map((file) => file.name),
    ["google/protobuf/descriptor.proto", name, "t.proto"],
  );
  assert.equal(files[2]?.messageType[0]?.field[0]?.options?.$unknown?.[0]?.no, 1159);
});

test("a package that is not installed, or cannot be loaded, is an error where it is imported", (t) => {
  const text = 'syntax = "proto3"; import "buf/validate/validate.proto";';
  const bare = project(t, { "t.proto": text });
  const [missing] = compile(["t.proto"], projectReader([bare], bare)).diagnostics;
  const said =
    /^Import "buf\/validate\/validate\.proto" was not found\. Searched in .*, and for a package "@bufbuild\/protovalidate" in node_modules of .* and above \(there is none\)\. Install the package that has it: npm install @bufbuild\/protovalidate$/;
  assert.match(missing?.message ?? "", said);
  const broken = project(t, {
    "t.proto": text,
    "node_modules/@bufbuild/protovalidate/package.json": "{}",
    "node_modules/@bufbuild/protovalidate/gen/buf/validate/validate_pb.js": 'throw new Error("no such luck");',
  });
  const [failed] = compile(["t.proto"], projectReader([broken], broken)).diagnostics;
  assert.match(failed?.message ?? "", /cannot be read: no such luck/);
});
