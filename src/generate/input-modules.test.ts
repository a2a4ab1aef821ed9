import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, describe, it } from "node:test";
import { bufModuleDirs } from "../proto/buf-modules.js";
import { InputError } from "../proto/input-error.js";
import { root } from "./corpus.fixture.js";
import { findInputFiles } from "./input-files.js";

const dirs: string[] = [];
after(() => {
  for (const dir of dirs) rmSync(dir, { recursive: true });
});

/** A directory with these empty files, and what is given a text. */
function project(paths: readonly string[], configs: Readonly<Record<string, string>>): string {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), "peregrine-modules-")));
  dirs.push(dir);
  for (const [path, text] of [...paths.map((one) => [one, ""] as const), ...Object.entries(configs)]) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
  return dir;
}

const files = ["proto/a/a.proto", "proto/vendor/v.proto", "more/in/i.proto", "more/out.proto", "test/t.proto"];
const v2 = `version: v2
modules:
  - path: proto
    excludes: [proto/vendor]
  - path: more
    includes: [more/in]
`;

describe("the files of buf modules", () => {
  it("are those that buf finds", () => {
    const configs: Record<string, string>[] = [
      { "buf.yaml": v2 },
      { "buf.yaml": "version: v2\n" },
      { "buf.yaml": "version: v2\nmodules: [{excludes: [proto/vendor, test]}]\n" },
      { "buf.yaml": "version: v2\nmodules: [{path: proto, excludes: [proto/vendor]}, {path: proto/vendor}]\n" },
      { "buf.yaml": "version: v1\nbuild: {excludes: [proto/vendor, more]}\n" },
      { "buf.yaml": "version: v1beta1\nbuild: {roots: [proto, test], excludes: [proto/vendor]}\n" },
      {
        "buf.work.yaml": "version: v1\ndirectories: [proto, test]\n",
        "proto/buf.yaml": "version: v1\nbuild: {excludes: [vendor]}\n",
      },
    ];
    for (const config of configs) {
      const dir = project(files, config);
      const theirs = execFileSync(join(root, "node_modules/.bin/buf"), ["ls-files"], { cwd: dir, encoding: "utf8" });
      const ours = findInputFiles(bufModuleDirs(dir), []).files.map((file) => file.path.slice(dir.length + 1));
      assert.deepEqual(ours.sort(), theirs.trimEnd().split("\n").sort(), JSON.stringify(config));
    }
  });

  it("are named from their modules, others from their own directories", () => {
    const dir = project(files, { "buf.yaml": v2 });
    const names = (paths: readonly string[], include: readonly string[] = []): string[] =>
      findInputFiles(
        paths.map((path) => join(dir, path)),
        include.map((path) => join(dir, path)),
      ).files.map((file) => file.importName);
    assert.deepEqual(names(["proto/a/a.proto"]), ["a/a.proto"]);
    assert.deepEqual(names(["proto/a"]), ["a/a.proto"]);
    assert.deepEqual(names(["."]), ["a/a.proto", "in/i.proto", "test/t.proto"]);
    assert.deepEqual(names(["proto", "test/t.proto"]), ["a/a.proto", "t.proto"]);
    assert.deepEqual(names(["proto/a"], ["proto/a"]), ["a.proto"]);
    assert.deepEqual(names(["proto/a"], ["more"]), ["a/a.proto"]);
    assert.deepEqual(names(["proto/vendor"], ["proto"]), ["vendor/v.proto"]);
  });

  it("do not have what is left out, which is said where it was asked for", () => {
    const dir = project(files, { "buf.yaml": v2 });
    const error = (path: string): string => {
      try {
        findInputFiles([join(dir, path)], []);
        return "none";
      } catch (thrown) {
        assert.ok(thrown instanceof InputError);
        return thrown.message.slice(dir.length + 1);
      }
    };
    const leftOut = "buf.yaml leaves this file out (includes, excludes): give --include DIR to take it";
    assert.equal(error("proto/vendor/v.proto"), `proto/vendor/v.proto: ${leftOut}`);
    assert.equal(
      error("proto/vendor"),
      "proto/vendor: there is no .proto file that buf.yaml does not leave out in this directory or below it",
    );
  });

  it("are what no paths at all mean, and without a buf.yaml an error", () => {
    assert.throws(
      () => findInputFiles([], []),
      /^InputError: no paths, and no buf\.yaml in the current directory: give/,
    );
  });

  it("a directory that another path has searched already is no error", () => {
    const dir = project(files, {});
    const paths = ["more", "more/in"].map((path) => join(dir, path));
    assert.deepEqual(
      findInputFiles(paths, []).files.map((file) => file.importName),
      ["in/i.proto", "out.proto"],
    );
  });
});
