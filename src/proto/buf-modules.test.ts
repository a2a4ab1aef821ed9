import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { type BufProject, bufModuleDirs, findBufProject, readBufProject } from "./buf-modules.js";
import { InputError } from "./input-error.js";

/** A project with these files, and with some directories. */
function project(t: TestContext, files: Readonly<Record<string, string>>): string {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), "peregrine-buf-")));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  for (const one of ["proto/vendor", "more/proto", "a", "b"]) mkdirSync(join(dir, one), { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), text);
  }
  return dir;
}

function modulesOf(t: TestContext, files: Readonly<Record<string, string>>): string[] {
  const dir = project(t, files);
  return bufModuleDirs(dir).map((path) => path.slice(dir.length));
}

/** What the checks are is for those who read them. */
function withoutChecks(project: BufProject | undefined): object {
  const { checks = [], ...rest } = project ?? {};
  for (const { module } of checks) assert.ok(project?.modules.includes(module));
  return rest;
}

describe("the modules of a buf project", () => {
  it("are those of version 2, with what they leave out and what they depend on", (t) => {
    const yaml = `version: v2
# where they are
modules:
  - path: proto # the first
    name: buf.build/acme/a
    excludes:
      - proto/vendor
  - name: buf.build/acme/b
    path: "more/proto"
    includes: [more/proto/in]
deps:
  - buf.build/googleapis/googleapis
`;
    const dir = project(t, { "buf.yaml": yaml });
    const at = (path: string): string => join(dir, path);
    assert.deepEqual(withoutChecks(readBufProject(dir)), {
      path: at("buf.yaml"),
      modules: [
        { dir: at("proto"), includes: [], excludes: [at("proto/vendor")] },
        { dir: at("more/proto"), includes: [at("more/proto/in")], excludes: [] },
      ],
      deps: ["buf.build/googleapis/googleapis"],
    });
  });

  it("are found however the YAML is written", (t) => {
    const texts = [
      'version: v2\nmodules: [{path: a}, {"path": "b"}]\n',
      '{"version": "v2", "modules": [{"path": "a"}, {"path": "b"}]}',
      "version: v2\nmodules:\n- path: a\n- path: 'b'\nlint:\n  use:\n  - path: c\n",
      "version: v2\nx: &first {path: a}\nmodules:\n  - *first\n  - path: >-\n      b\n",
      '"version": \'v2\' # comment\n"modules": # more\n  -\n    path: a # a\n\n  - excludes: []\n    path: b\n',
      "version: v2\r\nmodules:\r\n  - path: ./a/\r\n  - path: b\r\n",
    ];
    for (const text of texts) {
      assert.deepEqual(
        modulesOf(t, { "buf.yaml": text }).map((path) => path.replace(/\/$/, "")),
        ["/a", "/b"],
        text,
      );
    }
  });

  it("are the directory itself where none are named", (t) => {
    assert.deepEqual(modulesOf(t, { "buf.yaml": "version: v1\n" }), [""]);
    assert.deepEqual(modulesOf(t, { "buf.yaml": "version: v2\n" }), [""]);
    assert.deepEqual(modulesOf(t, { "buf.yaml": "version: v1beta1\nbuild: { roots: [a, b] }\n" }), ["/a", "/b"]);
    assert.deepEqual(modulesOf(t, {}), []);
    assert.deepEqual(modulesOf(t, { "buf.yaml/x": "" }), []);
  });

  it("are those of a workspace, each with its own configuration", (t) => {
    const dir = project(t, {
      "buf.work.yaml": "version: v1\ndirectories:\n  - a\n  - b\n",
      "a/buf.yaml": "version: v1\nbuild: { excludes: [old] }\ndeps: [buf.build/x/y]\n",
    });
    const at = (path: string): string => join(dir, path);
    assert.deepEqual(withoutChecks(readBufProject(dir)), {
      path: at("buf.work.yaml"),
      modules: [{ dir: at("a"), excludes: [at("a/old")] }, { dir: at("b") }],
      deps: ["buf.build/x/y"],
    });
  });

  it("are errors where they cannot be", (t) => {
    const error = (yaml: string): string => {
      try {
        modulesOf(t, { "buf.yaml": yaml });
        return "none";
      } catch (thrown) {
        assert.ok(thrown instanceof InputError);
        return thrown.message.replace(/^.*buf\.yaml: /, "");
      }
    };
    assert.equal(error(""), "the version is not set: set it to one of v2, v1, v1beta1");
    assert.equal(error("version: v3"), 'the version is "v3": set it to one of v2, v1, v1beta1');
    assert.equal(error("version: 2"), "version must be a text");
    assert.equal(error("- version: v2"), "not a map of settings");
    assert.equal(error("version: v2\nmodules: proto"), "modules must be a list of maps");
    assert.equal(error("version: v2\nmodules: [proto]"), "modules must be a list of maps");
    assert.equal(error("version: v2\nmodules: [{path: [a]}]"), "path must be a text");
    assert.equal(error("version: v2\ndeps: [1]"), "deps must be a list of texts");
    assert.equal(error("version: v1\nbuild: a"), "build must be a map");
    assert.match(error("version: v2\nmodules: [{path: ../x}]"), /^"\.\.\/x" is outside of the directory/);
    assert.match(error("version: v2\nmodules: [{path: nope}]"), /^there is no directory "nope"/);
    assert.match(error("version: v2\nmodules: ["), /^not valid YAML: .* at line 2, column 11$/);
    assert.match(error(`version: v2\n#${"x".repeat(1 << 20)}`), /^longer than 1048576 characters$/);
    const bomb = ["a: &a [x,x,x,x,x,x,x,x,x,x]"];
    for (const [name, of] of [..."bcdefghi"].map((one, i) => [one, "abcdefgh"[i]])) {
      bomb.push(`${name}: &${name} [${Array(10).fill(`*${of}`).join(",")}]`);
    }
    assert.match(error(`version: v2\n${bomb.join("\n")}`), /^not valid YAML: Excessive alias count/);
  });
});

describe("the buf project of a path", () => {
  const v2 = "version: v2\nmodules: [{path: proto}, {path: a}]\n";

  it("is the nearest around it that has the path in a module", (t) => {
    const dir = project(t, { "buf.yaml": v2, "proto/deep/x.proto": "", "a/buf.yaml": "version: v2\n" });
    const found = (path: string): string | undefined => findBufProject(join(dir, path))?.path.slice(dir.length + 1);
    assert.equal(found("."), "buf.yaml");
    assert.equal(found("proto"), "buf.yaml");
    assert.equal(found("proto/deep/x.proto"), "buf.yaml");
    assert.equal(found("a/x.proto"), "a/buf.yaml");
    assert.equal(found("b/x.proto"), undefined);
  });

  it("is the workspace where the module is in one", (t) => {
    const dir = project(t, {
      "buf.work.yaml": "version: v1\ndirectories: [a]\n",
      "a/buf.yaml": "version: v1\n",
      "b/buf.yaml": "version: v1\n",
    });
    const found = (path: string): string | undefined => findBufProject(join(dir, path))?.path.slice(dir.length + 1);
    assert.equal(found("a/x.proto"), "buf.work.yaml");
    assert.equal(found("b/x.proto"), "b/buf.yaml");
  });
});
