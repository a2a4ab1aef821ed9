import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "node:test";
import { fileURLToPath } from "node:url";

it("the YAML parser is loaded by who has a configuration only", (t) => {
  const dir = mkdtempSync(join(tmpdir(), "peregrine-config-"));
  t.after(() => rmSync(dir, { recursive: true }));
  const program = `
    import { createRequire } from "node:module";
    const { cache } = createRequire(import.meta.url);
    const loaded = () => Object.keys(cache).some((path) => path.includes("node_modules/yaml/"));
    await import("peregrine");
    const { bufModuleDirs, loadProtoSync } = await import("peregrine/proto");
    loadProtoSync(process.argv[1] + "/a.proto");
    console.log(loaded());
    bufModuleDirs(process.argv[1] + "/module");
    console.log(loaded());`;
  const cwd = fileURLToPath(new URL("../../../", import.meta.url));
  writeFileSync(join(dir, "a.proto"), 'syntax = "proto3";');
  const args = ["--input-type=module", "-e", program, dir];
  mkdirSync(join(dir, "module"));
  writeFileSync(join(dir, "module/buf.yaml"), "version: v2\n");
  assert.equal(execFileSync(process.execPath, args, { cwd, encoding: "utf8" }), "false\ntrue\n");
});
