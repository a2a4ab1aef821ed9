import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, describe, it } from "node:test";
import { corpusFiles, corpusNames, root } from "./corpus.fixture.js";
import { generate } from "./generate.js";
import { askProtocGenEs } from "./protoc-gen-es.fixture.js";

const dir = mkdtempSync(join(tmpdir(), "peregrine-compatible-"));
after(() => rmSync(dir, { recursive: true }));
const files = corpusFiles();

function write(path: string, text: string): void {
  mkdirSync(dirname(join(dir, path)), { recursive: true });
  writeFileSync(join(dir, path), text);
}

/** The names that a file exports, those of types and those of values. */
function exportsOf(text: string): { types: string[]; values: string[] } {
  const names = (pattern: RegExp): string[] => [...text.matchAll(pattern)].map((match) => match[1] as string).sort();
  return {
    types: names(/^export (?:type|enum) ([\w$]+)/gm),
    values: names(/^export (?:const|enum) ([\w$]+)/gm),
  };
}

/** Assigns each type and each constant of one module to that of the other, and back.. */
function assignments(path: string, text: string): string {
  const { types, values } = exportsOf(text);
  const lines = types.flatMap((name, i) => [
    `export const t${i}: (value: ours.${name}) => theirs.${name} = (value) => value;`,
    `export const u${i}: (value: theirs.${name}) => ours.${name} = (value) => value;`,
  ]);
  values.forEach((name, i) => {
    lines.push(`export const v${i}: typeof theirs.${name} = ours.${name};`);
    lines.push(`export const w${i}: typeof ours.${name} = theirs.${name};`);
  });
  const module = path.replace(/\.ts$/, ".js");
  const up = path
    .split("/")
    .map(() => "..")
    .join("/");
  return `import * as ours from "${up}/ours/${module}";\nimport * as theirs from "${up}/theirs/${module}";\n${lines.join("\n")}\n`;
}

function theirFiles(): { name: string; content: string }[] {
  const rules = "legacy_required+protovalidate_required";
  const parameter = `target=ts,import_extension=js,json_types=true,erasable_syntax=true,valid_types=${rules}`;
  return askProtocGenEs(files, corpusNames, parameter).file;
}

describe("generated types for peregrine", () => {
  it("are assignable to those of protoc-gen-es, and back", () => {
    const compilerOptions = { target: "ES2022", module: "NodeNext", strict: true, exactOptionalPropertyTypes: true };
    write("package.json", '{ "type": "module" }');
    write(
      "tsconfig.json",
      JSON.stringify({ compilerOptions: { ...compilerOptions, types: [], skipDefaultLibCheck: true, noEmit: true } }),
    );
    mkdirSync(join(dir, "node_modules"));
    symlinkSync(root, join(dir, "node_modules/peregrine"));
    symlinkSync(join(root, "node_modules/@bufbuild"), join(dir, "node_modules/@bufbuild"));
    const theirs = new Map(theirFiles().map((file) => [file.name, file.content]));
    const ours = generate(files, corpusNames, {
      jsonTypes: true,
      erasableSyntax: true,
      validTypes: "legacy_required+protovalidate_required",
    });
    for (const { path, text } of ours) {
      const other = theirs.get(path) as string;
      assert.deepEqual(exportsOf(text), exportsOf(other), path);
      write(`ours/${path}`, text);
      write(`theirs/${path}`, other);
      write(`check/${path}`, assignments(path, text));
    }
    const run = spawnSync(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", dir]);
    assert.equal(run.stdout.toString(), "");
  });
});
