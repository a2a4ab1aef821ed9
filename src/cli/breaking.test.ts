import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { after, it } from "node:test";
import { makeDir, put, runCli } from "./cli.testing.js";

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

function commitAll(dir: string): void {
  const git = (...args: readonly string[]): void => void execFileSync("git", args, { cwd: dir, stdio: "ignore" });
  git("init");
  git("add", ".");
  git("-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false", "commit", "-m", "x");
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
  commitAll(dir);
  put(dir, "p/a.proto", changed);
  const run = await runCli(dir, "breaking", "p", "--against", "HEAD", "--category", "WIRE");
  assert.equal(run.code, 1);
  assert.match(run.stdout, /^p\/a\.proto:4:3: .* \(FIELD_WIRE_COMPATIBLE_TYPE\)\n$/);
  const none = await runCli(dir, "breaking", "p", "--against", "--help=no");
  assert.equal(none.code, 1);
  assert.match(none.stderr, /^peregrine: --help=no: no such directory or file, and no revision of /);
});

it("peregrine breaking compares the modules of buf.yaml, with imports from installed packages", async () => {
  const yaml = "version: v2\nmodules: [{path: p, excludes: [p/old]}, {path: q}]\n";
  const importing = old.replace("package a;", 'package a;\nimport "pkg/x.proto";\nimport "b/b.proto";');
  const files = {
    "p/a.proto": importing.replace("string a = 1;", "string a = 1;\n  x.X x = 2;\n  b.B b = 3;"),
    "p/old/o.proto": "left out, and no .proto at all",
    "q/b/b.proto": 'syntax = "proto3";\npackage b;\nmessage B {\n  int32 n = 1;\n}\n',
  };
  const dir = dirWith({ ".gitignore": "node_modules\n", "buf.yaml": yaml, ...files, "before/buf.yaml": yaml });
  put(dir, "node_modules/pkg/x.proto", 'syntax = "proto3";\npackage x;\nmessage X {}\n');
  for (const [path, text] of Object.entries(files)) put(dir, `before/${path}`, text);
  commitAll(dir);
  put(dir, "q/b/b.proto", files["q/b/b.proto"].replace("int32", "string"));
  const stdout =
    'q/b/b.proto:4:3: Field 1 ("n") of message "b.B" changed its type from int32 to string. (FIELD_SAME_TYPE)\n';
  assert.deepEqual(await runCli(dir, "breaking", "--against", "HEAD"), { code: 1, stdout, stderr: "" });
  assert.deepEqual(await runCli(dir, "breaking", "--against", "before"), { code: 1, stdout, stderr: "" });
  const same = await runCli(dir, "breaking", "p", "--against", "HEAD");
  assert.deepEqual(same, { code: 0, stdout: "", stderr: "" });
});

it("peregrine breaking compares files of google/protobuf that are among the paths", async () => {
  const text = (type: string): string =>
    `syntax = "proto3";\npackage google.protobuf;\nmessage Empty {\n  ${type} a = 1;\n}\n`;
  const dir = dirWith({ "p/google/protobuf/empty.proto": text("string"), "q/a.proto": old });
  const build = await runCli(dir, "build", "p", "q", "--include", "p", "--include", "q", "-o", "set.binpb");
  assert.deepEqual([build.code, build.stderr], [0, ""]);
  put(dir, "p/google/protobuf/empty.proto", text("int32"));
  const run = await runCli(dir, "breaking", "p", "--include", "p", "--against", "set.binpb", "--category", "WIRE");
  assert.match(run.stdout, /^p\/google\/protobuf\/empty\.proto:4:3: .* \(FIELD_WIRE_COMPATIBLE_TYPE\)\n/);
  // Those of the set that nobody asked about are not gone.
  const without = await runCli(dir, "breaking", "q", "--against", "set.binpb");
  assert.deepEqual(without, { code: 0, stdout: "", stderr: "" });
});
