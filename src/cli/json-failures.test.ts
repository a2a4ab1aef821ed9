import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { makeDir } from "./cli.testing.js";
import { commands } from "./command-table.js";
import { type MainRun, runMain } from "./io.testing.js";

const nobody = "127.0.0.1:1";

/** A run of each command that gets as far as its work, and fails there. */
const failures: Readonly<Record<string, readonly string[]>> = {
  generate: ["none.proto", "--out", "gen"],
  build: ["none.proto", "--out", "out.binpb"],
  format: ["none.proto"],
  lint: ["none.proto"],
  breaking: ["good.proto", "--against", "no-such-revision"],
  call: [nobody, "a.B/C"],
  list: [nobody],
  describe: [nobody],
  health: [nobody],
  bench: [nobody, "a.B/C"],
  mock: ["good.proto", "--replies", "none.yaml"],
  new: ["taken"],
};

const files = {
  "good.proto": 'syntax = "proto3"; package a; service B { rpc C(M) returns (M); } message M {}',
  "bad.proto": 'syntax = "proto3";\nmessage M { Nothing n = 1; }\n',
  "taken/mine.txt": "",
};

/** The failure that was printed, and nothing else. */
function failureOf(run: MainRun, form: "result" | "status", what: string): Record<string, unknown> {
  const [printed, other] = form === "result" ? [run.stdout, run.stderr] : [run.stderr, run.stdout];
  assert.notEqual(run.code, 0, what);
  assert.equal(other, "", what);
  assert.match(printed, /^\{.*\}\n$/, `${what}: one line of JSON`);
  return JSON.parse(printed) as Record<string, unknown>;
}

/** The text of a failure, after its shape is looked at. */
function messageOf(failure: Record<string, unknown>, form: "result" | "status", what: string): string {
  if (form === "result") {
    assert.deepEqual(Object.keys(failure), ["ok", "diagnostics", "error"], what);
    assert.equal(failure["ok"], false, what);
  }
  const message = failure[form === "result" ? "error" : "message"];
  assert.ok(typeof message === "string" && message !== "", what);
  return message;
}

describe("failures with --json", () => {
  const dir = makeDir(files);
  const cwd = process.cwd();
  before(() => process.chdir(dir));
  after(() => {
    process.chdir(cwd);
    rmSync(dir, { recursive: true });
  });

  for (const { name, failureForm = "result", hidden } of commands) {
    if (hidden === true) continue;

    it(`are JSON where ${name} is used wrongly`, async () => {
      const run = await runMain(name, "--json", "--no-such-option");
      const text = await runMain(name, "--no-such-option");
      assert.equal(run.code, text.code);
      assert.match(
        messageOf(failureOf(run, failureForm, name), failureForm, name),
        /^(unknown|missing required|required) (option|argument) /,
      );
    });

    // It does nothing that can fail.
    if (name === "completion") continue;

    it(`are JSON where the work of ${name} fails`, async () => {
      const args = failures[name];
      assert.ok(args !== undefined, `this test needs a run of ${name} that fails`);
      const run = await runMain(name, ...args, "--json");
      const text = await runMain(name, ...args);
      assert.equal(run.code, text.code);
      assert.doesNotMatch(text.stdout + text.stderr, /^\{/);
      const message = messageOf(failureOf(run, failureForm, name), failureForm, name);
      assert.ok(text.stderr.includes(message), `${name}: ${message} in ${text.stderr}`);
    });
  }

  it("have the places of errors in files", async () => {
    const host = [nobody, "a.B/C", "--proto", "bad.proto"];
    const runs: readonly (readonly [string, readonly string[]])[] = [
      ["generate", ["bad.proto", "--out", "gen"]],
      ["build", ["bad.proto", "--out", "out.binpb"]],
      ["lint", ["bad.proto"]],
      ["call", host],
      ["list", ["--proto", "bad.proto"]],
      ["describe", ["--proto", "bad.proto"]],
      ["bench", host],
      ["mock", ["bad.proto"]],
    ];
    for (const [name, args] of runs) {
      const form = commands.find((entry) => entry.name === name)?.failureForm ?? "result";
      const { diagnostics } = failureOf(await runMain(name, ...args, "--json"), form, name);
      const [first] = diagnostics as readonly Record<string, unknown>[];
      assert.deepEqual([first?.["file"], first?.["line"], first?.["column"]], ["bad.proto", 2, 13], name);
      const text = await runMain(name, ...args);
      assert.match(text.stderr, /^bad\.proto:2:13: error: /, name);
    }
  });

  it("are JSON where there is no such command, or none", async () => {
    const failure = failureOf(await runMain("genrate", "--json"), "result", "genrate");
    assert.match(messageOf(failure, "result", "genrate"), /^unknown command 'genrate'\s+\(Did you mean generate\?\)/);
    failureOf(await runMain("--json"), "result", "none");
    const behind = await runMain("list", "--", "a", "b", "c", "--json");
    assert.match(behind.stderr, /^peregrine: too many arguments/);
  });

  it("have their stacks behind them with --debug", async () => {
    const debug = await runMain("new", "taken", "--json", "--debug");
    assert.equal((JSON.parse(debug.stdout) as { ok: boolean }).ok, false);
    assert.match(debug.stderr, /^CliError: taken is there already[\s\S]*\n {4}at /);
  });
});
