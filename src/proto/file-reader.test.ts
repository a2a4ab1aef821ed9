import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { fileReader, toImportPath } from "./file-reader.js";
import { sourceUnitsMax } from "./limits.js";

function inTempDir(run: (dir: string) => void): void {
  const dir = mkdtempSync(join(tmpdir(), "peregrine-reader-"));
  try {
    mkdirSync(join(dir, "one/sub"), { recursive: true });
    mkdirSync(join(dir, "two"));
    writeFileSync(join(dir, "one/a.proto"), "one");
    writeFileSync(join(dir, "two/a.proto"), "two");
    writeFileSync(join(dir, "two/b.proto"), "b");
    writeFileSync(join(dir, "one/sub/c.proto"), "c");
    writeFileSync(join(dir, "secret.proto"), "secret");
    run(dir);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

test("the first directory that has a file gives it", () => {
  inTempDir((dir) => {
    const reader = fileReader([join(dir, "one"), join(dir, "two")]);
    assert.equal(reader.read("a.proto")?.text, "one");
    assert.equal(reader.read("b.proto")?.text, "b");
    assert.equal(reader.read("sub/c.proto")?.displayPath.endsWith("one/sub/c.proto"), true);
    assert.equal(reader.read("none.proto"), undefined);
    assert.equal(reader.read("sub"), undefined);
  });
});

test("nothing outside of the directories is read", () => {
  inTempDir((dir) => {
    symlinkSync(join(dir, "secret.proto"), join(dir, "one/link.proto"));
    symlinkSync("a.proto", join(dir, "one/inner.proto"));
    const reader = fileReader([join(dir, "one")]);
    for (const path of [
      "../secret.proto",
      "sub/../../secret.proto",
      join(dir, "secret.proto"),
      "link.proto",
      "..",
      "",
      "a.proto/b",
      "x".repeat(5000),
    ])
      assert.equal(reader.read(path), undefined, path);
    for (const path of ["./a.proto", "sub//c.proto", "sub\\c.proto", "a.proto\0"])
      assert.equal(reader.read(path), undefined, path);
    assert.equal(reader.read("inner.proto")?.text, "one");
  });
});

test("a file that is too large is told", () => {
  inTempDir((dir) => {
    truncateSync(join(dir, "one/a.proto"), sourceUnitsMax + 1);
    assert.throws(() => fileReader([join(dir, "one")]).read("a.proto"), /at most/);
  });
});

test("import paths of files", () => {
  assert.equal(toImportPath("protos/a/b.proto", ["protos"]), "a/b.proto");
  assert.equal(toImportPath(resolve("protos/a/b.proto"), ["other", "protos/a", "protos"]), "b.proto");
  assert.equal(toImportPath("a.proto", ["protos"]), undefined);
  assert.equal(toImportPath("a.proto", ["."]), "a.proto");
});
