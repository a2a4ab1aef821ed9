import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import type { DescMessage, DescService } from "@bufbuild/protobuf";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import type { FileDescriptorProto } from "@bufbuild/protobuf/wkt";
import { compile } from "../proto/compile.js";
import { corpusFiles, corpusNames, root } from "./corpus.fixture.js";
import { generate } from "./generate.js";
import type { GenerateOptions } from "./options.js";

/** Names that begin with a digit once they are in camel case; protoc-gen-es has no valid code for them to compare with. */
const digitsText = `syntax = "proto3";
message Digits {
  int32 _2conflict = 1;
  optional string _3rd = 2;
  repeated Digits _4th = 3;
  oneof _5th {
    string _6th = 4;
    Digits _7th = 5;
  }
}
`;

const digits: readonly FileDescriptorProto[] = compile(["digits.proto"], {
  read: (path) => (path === "digits.proto" ? { text: digitsText, displayPath: path } : undefined),
}).files;
const files: readonly FileDescriptorProto[] = [...corpusFiles(), ...digits];
const names: readonly string[] = [...corpusNames, "digits.proto"];
const temporary = mkdtempSync(join(tmpdir(), "peregrine-typecheck-"));
after(() => rmSync(temporary, { recursive: true }));

const compilerOptions: object = {
  target: "ES2022",
  module: "NodeNext",
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  noImplicitOverride: true,
  noUnusedLocals: true,
  verbatimModuleSyntax: true,
  isolatedModules: true,
  isolatedDeclarations: true,
  declaration: true,
  rewriteRelativeImportExtensions: true,
  types: [],
  // Those of TypeScript itself only; ours are checked.
  skipDefaultLibCheck: true,
  outDir: "out",
  rootDir: "src",
};

type Sources = Readonly<Record<string, string>>;

/** What `toJson` returns has the type that was generated. */
const useOfJson = `import { create, toJson } from "peregrine/protobuf";
import { type CompositeJson, CompositeSchema } from "./kinds_pb.js";
export const json: CompositeJson = toJson(CompositeSchema, create(CompositeSchema));
// @ts-expect-error enums are names in JSON
export const wrong: CompositeJson = { color: 1 };
`;

/** Says where the code of a message type of a package, which a generated file brought along, is from. */
const useOfCode = `import { create, fromBinary, toBinary } from "peregrine/protobuf";
import { TimestampSchema } from "peregrine/protobuf/wkt";
import { CompositeSchema, ScalarsSchema } from "./kinds_pb.js";
const place = Symbol.for("peregrine.code");
const has = (schema: { file: object }): boolean => Object.getOwnPropertySymbols(schema.file).includes(place);
const message = create(CompositeSchema, { byName: { a: { anInt64: 5n } } });
const bytes = toBinary(CompositeSchema, fromBinary(CompositeSchema, toBinary(CompositeSchema, message)));
const isAhead = [TimestampSchema, CompositeSchema, ScalarsSchema].every(has);
console.log(isAhead ? "ahead" : "not ahead", bytes.length, "bytes");
declare const console: { log(...parts: unknown[]): void };
`;

/** Makes a project that has only the packages named, as a strict package manager lays them out, and compiles it. */
function compileProject(
  name: string,
  packages: readonly string[],
  options: GenerateOptions,
  extra: object,
  sources: Sources = {},
): string {
  const dir = join(temporary, name);
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  };
  write("package.json", '{ "type": "module" }');
  write("tsconfig.json", JSON.stringify({ compilerOptions: { ...compilerOptions, ...extra }, include: ["src"] }));
  for (const one of packages) {
    const target = one === "peregrine" ? root : join(root, "node_modules", one);
    mkdirSync(dirname(join(dir, "node_modules", one)), { recursive: true });
    symlinkSync(target, join(dir, "node_modules", one));
  }
  for (const file of generate(files, names, options)) write(`src/${file.path}`, file.text);
  for (const [path, text] of Object.entries(sources)) write(`src/${path}`, text);
  try {
    execFileSync(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", dir, "--checkers", "1"], {
      encoding: "utf8",
    });
  } catch (error) {
    assert.fail((error as { stdout: string }).stdout);
  }
  return join(dir, "out");
}

async function importModule(out: string, path: string): Promise<Record<string, unknown>> {
  return (await import(pathToFileURL(join(out, path)).href)) as Record<string, unknown>;
}

async function checkRuns(out: string): Promise<void> {
  const kinds = await importModule(out, "kinds_pb.js");
  const schema = kinds["CompositeSchema"] as DescMessage;
  const message = create(schema, { color: 1, byName: { a: { anInt64: 5n } }, choice: { case: "wrapped", value: {} } });
  assert.deepEqual(fromBinary(schema, toBinary(schema, message)), message);
  assert.equal((kinds["Color"] as Record<string, unknown>)["RED"], 1);
  const shapes = kinds["Shapes"] as DescService;
  assert.deepEqual(
    shapes.methods.map((method) => method.methodKind),
    ["unary", "server_streaming", "client_streaming", "bidi_streaming"],
  );
  const digitsSchema = (await importModule(out, "digits_pb.js"))["DigitsSchema"] as DescMessage;
  const odd = create(digitsSchema, { "2conflict": 1, "3rd": "a", "4th": [{}], "5th": { case: "7th", value: {} } });
  assert.deepEqual(fromBinary(digitsSchema, toBinary(digitsSchema, odd)), odd);
  const other = await importModule(out, "nested/other_pb.js");
  assert.equal((other["SharedSchema"] as DescMessage).field["shared"]?.message?.typeName, "corpus.shared.Shared");
}

describe("generated files under a strict compiler", () => {
  it("compile and run for peregrine, with peregrine as the only package", async () => {
    await checkRuns(compileProject("peregrine", ["peregrine"], {}, {}));
  });
  it("compile and run for protobuf-es", async () => {
    const packages = ["@bufbuild/protobuf"];
    await checkRuns(compileProject("protobuf-es", packages, { runtime: "protobuf-es" }, {}));
  });
  it("compile and run in erasable syntax with .ts imports", async () => {
    const options = { erasableSyntax: true, importExtension: ".ts" } as const;
    await checkRuns(compileProject("erasable", ["peregrine"], options, { erasableSyntaxOnly: true }));
  });
  it("compile and run with JSON types, those of packages too", async () => {
    const options = { jsonTypes: true } as const;
    await checkRuns(compileProject("json", ["peregrine"], options, {}, { "use.ts": useOfJson }));
  });
  it("compile and run as JavaScript with declarations", async () => {
    const options = { target: "js+dts", jsonTypes: true } as const;
    const out = compileProject("js", ["peregrine"], options, { isolatedDeclarations: false }, { "use.ts": useOfJson });
    await checkRuns(join(out, "../src"));
  });
  it("compile with code, which serves where none may be made at run time", () => {
    const out = compileProject("codec", ["peregrine"], { codec: true }, {}, { "use.ts": useOfCode });
    const script = ["--disallow-code-generation-from-strings", join(out, "use.js")];
    assert.equal(execFileSync(process.execPath, script, { encoding: "utf8" }), "ahead 9 bytes\n");
  });
  it("compile with code as JavaScript", async () => {
    const options = { codec: true, target: "js+dts" } as const;
    const out = compileProject("codec-js", ["peregrine"], options, { isolatedDeclarations: false });
    await checkRuns(join(out, "../src"));
  });
  it("compile without an extension, for bundlers", () => {
    const extra = { module: "ESNext", moduleResolution: "Bundler", rewriteRelativeImportExtensions: false };
    compileProject("bundler", ["peregrine"], { importExtension: "none" }, extra);
  });
});
