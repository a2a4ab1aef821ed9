import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { after, it } from "node:test";
import { makeDir, put, runCli } from "./cli.fixture.js";

const dirs: string[] = [];
after(() => {
  for (const dir of dirs) rmSync(dir, { recursive: true });
});

const old = 'syntax = "proto3";\npackage a;\nmessage M {\n  string a = 1;\n}\n';
const changed = old.replace("string", "int32");

function dirWith(files: Readonly<Record<string, string>>): string {
  const dir = makeDir(files);
  dirs.push(dir);
  return dir;
}

it("peregrine breaking compares with a directory and with a descriptor set", async () => {
  const dir = dirWith({ "now/a.proto": changed, "old/a.proto": old, "old/b.proto": 'syntax = "proto3";\n' });
  const run = await runCli(dir, "breaking", "now", "--against", "old");
  assert.deepEqual(run, {
    code: 1,
    stdout:
      'now/a.proto:4:3: Field 1 ("a") of message "a.M" changed its type from string to int32. (FIELD_SAME_TYPE)\n' +
      'old/b.proto:1:1: File "b.proto" was deleted. (FILE_NO_DELETE)\n',
    stderr: "",
  });
  const same = await runCli(dir, "breaking", "old", "--against", "old", "--json");
  assert.deepEqual(same, { code: 0, stdout: '{"ok":true,"findings":[]}\n', stderr: "" });
  put(dir, "bad.binpb", "no descriptor");
  const bad = await runCli(dir, "breaking", "old", "--against", "bad.binpb");
  assert.match(bad.stderr, /^peregrine: bad\.binpb: not a descriptor set/);
});

it("peregrine breaking compares with a git revision", async () => {
  const dir = dirWith({ "p/a.proto": old });
  const git = (...args: readonly string[]): void => void execFileSync("git", args, { cwd: dir, stdio: "ignore" });
  git("init");
  git("add", ".");
  git("-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false", "commit", "-m", "x");
  put(dir, "p/a.proto", changed);
  const run = await runCli(dir, "breaking", "p", "--against", "HEAD", "--category", "WIRE");
  assert.equal(run.code, 1);
  assert.match(run.stdout, /^p\/a\.proto:4:3: .* \(FIELD_WIRE_COMPATIBLE_TYPE\)\n$/);
  const none = await runCli(dir, "breaking", "p", "--against", "--help=no");
  assert.equal(none.code, 1);
  assert.match(none.stderr, /^peregrine: --help=no: no such directory or file, and no revision of /);
});
