import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { bufModuleDirs } from "./buf-modules.js";

function modulesOf(t: TestContext, files: Readonly<Record<string, string>>): string[] {
  const dir = mkdtempSync(join(tmpdir(), "peregrine-buf-"));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
  return bufModuleDirs(dir).map((path) => path.slice(dir.length));
}

test("the modules of version 2", (t) => {
  const yaml = `version: v2
# where they are
modules:
  - path: proto # the first
    name: buf.build/acme/a
    excludes:
      - proto/skipped
  - name: buf.build/acme/b
    path: "more/proto"
  - path: ../outside
deps:
  - buf.build/googleapis/googleapis
`;
  assert.deepEqual(modulesOf(t, { "buf.yaml": yaml }), ["/proto", "/more/proto"]);
});

test("lists that are not indented", (t) => {
  const yaml = "version: v2\nmodules:\n- path: a\n- path: 'b'\nlint:\n  use:\n  - path: c\n";
  assert.deepEqual(modulesOf(t, { "buf.yaml": yaml }), ["/a", "/b"]);
});

test("version 1, with and without a workspace", (t) => {
  assert.deepEqual(modulesOf(t, { "buf.yaml": "version: v1\n" }), [""]);
  assert.deepEqual(modulesOf(t, { "buf.work.yaml": "version: v1\ndirectories:\n  - a\n  - b\n" }), ["/a", "/b"]);
});

test("no configuration gives no directories", (t) => {
  assert.deepEqual(modulesOf(t, {}), []);
});
