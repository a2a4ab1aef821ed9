import assert from "node:assert/strict";
import { test } from "node:test";
import { type Manifest, packageFaults } from "./packed.js";

const manifest: Manifest = {
  bin: { peregrine: "./bin/peregrine.js" },
  exports: {
    ".": { import: { types: "./dist/src/index.d.ts", default: "./dist/lib/index.js" } },
    "./package.json": "./package.json",
  },
};

const whole: Readonly<Record<string, string>> = {
  "package.json": "{}",
  "bin/peregrine.js": 'await import("../dist/lib/cli.js");',
  "dist/lib/cli.js": 'import { a } from "./shared/a.js";',
  "dist/lib/shared/a.js": "export const a = 1;",
  "dist/lib/index.js": 'export * from "./shared/a.js"; import "node:fs";',
  "dist/src/index.d.ts": 'export * from "./a.js";',
  "dist/src/a.d.ts": "export declare const a: number;",
};

function faults(files: Readonly<Record<string, string>>): readonly string[] {
  return packageFaults(manifest, Object.keys(files), (path) => files[path] as string);
}

function without(path: string): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(whole).filter(([name]) => name !== path));
}

test("a whole package has no faults", () => {
  assert.deepEqual(faults(whole), []);
});

test("a package that was not built is missing what it exports", () => {
  const notBuilt = { "package.json": "{}", "bin/peregrine.js": whole["bin/peregrine.js"] as string };
  assert.deepEqual(faults(notBuilt), [
    "package: export . leads to dist/src/index.d.ts, which is not packed",
    "package: export . leads to dist/lib/index.js, which is not packed",
    "package: bin/peregrine.js imports ../dist/lib/cli.js, which is not packed",
  ]);
});

test("each file that is left out is noticed", () => {
  for (const path of Object.keys(whole)) assert.notDeepEqual(faults(without(path)), [], path);
});

test("tests, sources and source maps are not for users", () => {
  for (const path of [
    "dist/src/a.test.d.ts",
    "dist/src/rig.testing.d.ts",
    "src/a.ts",
    "dist/lib/index.js.map",
    "test/x.js",
  ]) {
    assert.deepEqual(faults({ ...whole, [path]: "" }), [`package: ${path} is packed, but no user needs it`]);
  }
});

test("a link of the README leads to a packed file, or to somewhere else", () => {
  const text = "[a](docs/a.md#b) [c](https://example.com) [d](#e) [f](docs/f.md)";
  assert.deepEqual(faults({ ...whole, "docs/a.md": "", "README.md": text }), [
    "package: README.md:1 links to docs/f.md, which is not packed",
  ]);
});
