import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, rmSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { makeDir } from "./cli.testing.js";

const bin = fileURLToPath(new URL("../../../bin/peregrine.js", import.meta.url));
const noScript =
  spawnSync("script", ["--version"]).status !== 0 && "there is no script (util-linux), which makes a terminal";

test("colours are for terminals, and not where NO_COLOR is set", { skip: noScript }, () => {
  const cwd = makeDir({ "m.proto": 'syntax = "proto3"; message M { string text = 1; }' });
  const command = `${process.execPath} ${bin} describe --proto m.proto M --template`;
  const run = (program: string, args: readonly string[], NO_COLOR: string): string => {
    const env = { PATH: process.env["PATH"], TERM: "xterm", NO_COLOR };
    const { status, stdout } = spawnSync(program, args, { cwd, env, encoding: "utf8", timeout: 30_000 });
    assert.equal(status, 0);
    return stdout.replaceAll("\r\n", "\n");
  };
  const plain = '{\n  "text": ""\n}\n';
  const terminal = ["-qec", command, "/dev/null"];
  assert.equal(run("script", terminal, ""), '{\n  \u001b[1;34m"text"\u001b[0m: \u001b[32m""\u001b[0m\n}\n');
  assert.equal(run("script", terminal, "1"), plain);
  assert.equal(run("sh", ["-c", command], ""), plain);
  rmSync(cwd, { recursive: true });
});

test("a reader that stops early ends the command without a word, and not with success", async () => {
  const io = new URL("./io.js", import.meta.url).href;
  const code = `
    const { processIo } = await import(${JSON.stringify(io)});
    processIo(1);
    process.stdin.once("data", () => process.stdout.write("x".repeat(1_000_000)));
  `;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", code], {
    stdio: ["pipe", "pipe", "pipe"],
    timeout: 30_000,
    killSignal: "SIGKILL",
  });
  let stderr = "";
  child.stderr.on("data", (chunk) => {
    stderr += String(chunk);
  });
  child.stdout.destroy();
  child.stdin.on("error", () => undefined);
  child.stdin.write("go");
  await once(child, "close");
  assert.deepEqual([child.exitCode, stderr], [141, ""]);
});

const noFull = !existsSync("/dev/full") && "there is no /dev/full";

/** A run whose standard output or standard error is a device without room. */
function runOnFull(full: 1 | 2, ...args: readonly string[]): { code: number | null; stdout: string; stderr: string } {
  const cwd = makeDir({
    "m.proto": 'syntax = "proto3"; message M { string text = 1; } service S { rpc Do(M) returns (M); }',
  });
  const command = `exec "$0" "$@" ${full}>/dev/full`;
  const { status, stdout, stderr } = spawnSync("sh", ["-c", command, process.execPath, bin, ...args], {
    cwd,
    encoding: "utf8",
    timeout: 30_000,
  });
  rmSync(cwd, { recursive: true });
  return { code: status, stdout, stderr };
}

test("an output without room is told in one line, and as a failure", { skip: noFull }, () => {
  const commands: readonly (readonly [code: number, ...args: string[]])[] = [
    [1, "--help"],
    [1, "format", "m.proto"],
    [1, "build", "m.proto", "--out", "-"],
    [1, "completion", "bash"],
    [1, "new", "shop"],
    [70, "describe", "--proto", "m.proto"],
    [70, "list", "--proto", "m.proto"],
  ];
  for (const [code, ...args] of commands) {
    const run = runOnFull(1, ...args);
    assert.match(
      run.stderr,
      /^(1 file formatted\n)?peregrine: standard output cannot be written: ENOSPC: [^\n]+\n$/,
      args.join(" "),
    );
    assert.equal(run.code, code, args.join(" "));
  }
});

test("a standard error without room changes nothing of what a command does", { skip: noFull }, () => {
  assert.equal(runOnFull(2, "generate", "x").code, 2);
  const listed = runOnFull(2, "list", "--proto", "m.proto");
  assert.deepEqual([listed.code, listed.stdout], [0, "S\n"]);
});
