import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, describe, it } from "node:test";
import { InputError } from "../proto/input-error.js";
import { findInputFiles, findProtoPaths } from "./input-files.js";

const root = mkdtempSync(join(tmpdir(), "peregrine-input-"));
after(() => rmSync(root, { recursive: true }));

function put(path: string): string {
  const full = join(root, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, "");
  return full;
}

const at = (path: string): string => join(root, path);
for (const path of ["p/b.proto", "p/a.proto", "p/deep/er/c.proto", "p/readme.md", "p/.git/x.proto"]) put(path);
for (const path of ["p/node_modules/m.proto", "q/a.proto", "empty/readme.md"]) put(path);
symlinkSync(at("p/deep"), at("p/deep/circle"));

function names(paths: readonly string[], includeDirs: readonly string[] = []): string[] {
  return findInputFiles(paths, includeDirs).files.map((file) => file.importName);
}

describe("finding .proto files", () => {
  it("searches directories with all below, but no hidden ones, no node_modules, and no link in a circle", () => {
    const found = findInputFiles([at("p")], []);
    assert.deepEqual(
      found.files.map((file) => file.importName),
      ["a.proto", "b.proto", "deep/er/c.proto"],
    );
    assert.deepEqual(found.files[2], { path: at("p/deep/er/c.proto"), importName: "deep/er/c.proto" });
    assert.deepEqual(found.roots, [{ dir: at("p") }]);
    assert.deepEqual(found.searchedDirs, [at("p"), at("p/deep"), at("p/deep/er")]);
  });

  it("takes an import name for the file in an include directory", () => {
    const found = findInputFiles(["deep/er/c.proto"], [at("q"), at("p")]);
    assert.deepEqual(found.files, [{ path: at("p/deep/er/c.proto"), importName: "deep/er/c.proto" }]);
    assert.throws(() => findInputFiles(["none.proto"], [at("q")]), /none\.proto: no such file.*looked in .*, .*\/q\)/);
  });

  it("names a file by its own directory", () => {
    assert.deepEqual(names([at("p/deep/er/c.proto")]), ["c.proto"]);
  });

  it("names files by the first include directory that contains them", () => {
    assert.deepEqual(names([at("p")], [root]), ["p/a.proto", "p/b.proto", "p/deep/er/c.proto"]);
    assert.deepEqual(names([at("p/deep")], [at("q"), at("p")]), ["deep/er/c.proto"]);
    assert.deepEqual(names([at("p/deep")], [at("p/deep"), at("p")]), ["er/c.proto"]);
  });

  it("takes a file that is given twice once", () => {
    assert.deepEqual(names([at("p"), at("p/a.proto"), at("p/../p/a.proto")]), [
      "a.proto",
      "b.proto",
      "deep/er/c.proto",
    ]);
  });

  const bad: readonly (readonly [string, readonly string[], readonly string[], RegExp])[] = [
    [
      "a path that does not exist",
      [at("no")],
      [],
      /\/no: no such file or directory: give \.proto files, or directories/,
    ],
    ["a path below a file", [at("p/a.proto/x")], [], /x: no such file or directory/],
    [
      "a directory without .proto files",
      [at("empty")],
      [],
      /empty: there is no \.proto file in this directory or below/,
    ],
    ["a file of another kind", [at("p/readme.md")], [], /readme\.md: not a \.proto file: its name must end in \.proto/],
    ["an include directory that does not exist", [at("p")], [at("no")], /no: the include directory does not exist/],
    ["an include directory that is a file", [at("p")], [at("p/a.proto")], /the include directory is a file/],
    [
      "a file outside",
      [at("q/a.proto")],
      [at("p")],
      /q\/a\.proto: the file is in none of the include directories \(.*p\)/,
    ],
    ["two files of one name", [at("p/a.proto"), at("q/a.proto")], [], /would both be imported as "a\.proto"/],
  ];
  for (const [title, paths, includeDirs, message] of bad) {
    it(`tells plainly of ${title}`, () => {
      assert.throws(
        () => findInputFiles(paths, includeDirs),
        (error: unknown) => {
          assert.ok(error instanceof InputError);
          assert.match(error.message, message);
          return true;
        },
      );
    });
  }

  it("says where a relative path was looked for", () => {
    assert.throws(() => findInputFiles(["no-such-dir"], []), {
      message: new RegExp(`\\(looked in ${process.cwd()}\\)`),
    });
  });

  it("finds files for those who do not import them, each once, and of one name from several directories", () => {
    const found = findProtoPaths([at("p"), at("p/deep"), at("q"), at("p/a.proto")]);
    assert.deepEqual(found, ["p/a.proto", "p/b.proto", "p/deep/er/c.proto", "q/a.proto"].map(at));
    assert.throws(() => findProtoPaths([at("empty")]), InputError);
  });
});
