import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { after, it } from "node:test";
import { fileURLToPath } from "node:url";
import { makeDir, runCli } from "./cli.testing.js";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const dirs: string[] = [];
after(() => {
  for (const dir of dirs) rmSync(dir, { recursive: true });
});

it("peregrine lint prints findings, and exits with 1 when there are any", async () => {
  const dir = makeDir({ "p/a.proto": 'syntax = "proto3";\npackage a;\nmessage bad {}\n' });
  dirs.push(dir);
  const run = await runCli(dir, "lint", "p", "--rule", "MESSAGE_PASCAL_CASE");
  const stdout = 'p/a.proto:3:9: Message "bad" should be PascalCase. (MESSAGE_PASCAL_CASE)\n';
  assert.deepEqual(run, { code: 1, stdout, stderr: "" });
  const none = await runCli(dir, "lint", "p", "--except", "STANDARD", "--json");
  assert.deepEqual(none, { code: 0, stdout: '{"ok":true,"findings":[]}\n', stderr: "" });
  const wrong = await runCli(dir, "lint", "p", "--rule", "NONE");
  assert.equal(wrong.code, 2);
  assert.match(
    wrong.stderr,
    /^peregrine: there is no rule "NONE"; there are STANDARD, BASIC, MINIMAL, COMMENTS, UNARY_RPC, DIRECTORY_SAME/,
  );
});

it("peregrine lint checks the modules of buf.yaml, but nothing that comes from packages", async () => {
  const dir = makeDir({
    "buf.yaml": "version: v2\nmodules: [{path: p, excludes: [p/old]}]\n",
    "p/a.proto": 'syntax = "proto3";\npackage a;\nimport "pkg/x.proto";\nmessage bad { x.worse x = 1; }\n',
    "p/old/o.proto": "left out",
    "node_modules/pkg/x.proto": 'syntax = "proto3";\npackage x;\nmessage worse {}\n',
  });
  dirs.push(dir);
  const run = await runCli(dir, "lint", "--rule", "MESSAGE_PASCAL_CASE");
  const stdout = 'p/a.proto:4:9: Message "bad" should be PascalCase. (MESSAGE_PASCAL_CASE)\n';
  assert.deepEqual(run, { code: 1, stdout, stderr: "" });
});

it("peregrine lint finds what buf lint finds", async () => {
  const corpus = `${root}src/generate/corpus`;
  const run = spawnSync(`${root}node_modules/.bin/buf`, ["lint", "--error-format=json"], { cwd: corpus });
  const theirs = run.stdout
    .toString("utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { path: string; start_line?: number; start_column?: number; type: string })
    .map((one) => `${one.path}:${one.start_line ?? 1}:${one.start_column ?? 1} ${one.type}`);
  // Without a buf.yaml, buf takes the rules of its version 1, which had no FIELD_NOT_REQUIRED.
  const ours = await runCli(corpus, "lint", ".", "--except", "FIELD_NOT_REQUIRED", "--json");
  const { findings } = JSON.parse(ours.stdout) as {
    findings: { rule: string; file: string; line: number; column: number }[];
  };
  assert.ok(theirs.length > 50);
  assert.deepEqual(
    [...new Set(findings.map((one) => `${one.file}:${one.line}:${one.column} ${one.rule}`))].sort(),
    [...new Set(theirs)].sort(),
  );
});
