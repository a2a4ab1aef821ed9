import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  lstatSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { type CliRun, makeDir, runCli } from "./cli.testing.js";

const bin = fileURLToPath(new URL("../../../bin/peregrine.js", import.meta.url));
const ugly = 'syntax="proto3";message A{}';
const neat = 'syntax = "proto3";\n\nmessage A {}\n';
const broken = 'syntax = "proto3";\nmessage A { int32 a }\n';
const diff = `--- x.proto\n+++ x.proto\n@@ -1 +1,3 @@\n-${ugly}\n\\ No newline at end of file\n+syntax = "proto3";\n+\n+message A {}\n`;
const brokenText =
  'broken.proto:2:21: error: Missing field number: expected "=", found "}".\n  message A { int32 a }\n                      ^\n';

const dirs: string[] = [];
after(() => {
  for (const dir of dirs) rmSync(dir, { recursive: true });
});

function dirOf(files: Readonly<Record<string, string>>): string {
  const dir = makeDir(files);
  dirs.push(dir);
  return dir;
}

async function runWithStdin(input: string | Uint8Array, ...args: readonly string[]): Promise<CliRun> {
  const child = spawn(process.execPath, [bin, "format", ...args], { timeout: 30_000, killSignal: "SIGKILL" });
  const text = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (part: string) => {
      text[name] += part;
    });
  }
  // One that refuses its command line does not read.
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  await once(child, "close");
  return { code: child.exitCode, ...text };
}

describe("peregrine format", () => {
  it("prints one file, and asks what to do with several", async () => {
    const dir = dirOf({ "x.proto": ugly });
    assert.deepEqual(await runCli(dir, "format", "x.proto"), { code: 0, stdout: neat, stderr: "" });
    assert.deepEqual(await runCli(dir, "format", "."), { code: 0, stdout: neat, stderr: "" });
    writeFileSync(join(dir, "y.proto"), neat);
    const several = await runCli(dir, "format", ".");
    assert.deepEqual([several.code, several.stdout], [2, ""]);
    assert.match(several.stderr, /^peregrine: there are 2 files, and one can be printed: give --write /);
    assert.equal(readFileSync(join(dir, "x.proto"), "utf8"), ugly);
  });

  it("keeps characters that are escaped in other output", async () => {
    const text = "// \u202e \u2066\u007f\n";
    const dir = dirOf({ "x.proto": `${text}\nsyntax =  "proto3";\n` });
    assert.equal((await runCli(dir, "format", "x.proto")).stdout, `${text}\nsyntax = "proto3";\n`);
    assert.ok((await runCli(dir, "format", "--diff", "x.proto")).stdout.includes(`\n ${text}`));
  });

  it("reads standard input", async () => {
    assert.deepEqual(await runWithStdin(ugly, "-"), { code: 0, stdout: neat, stderr: "" });
    assert.deepEqual(await runWithStdin("", "-"), { code: 0, stdout: "", stderr: "" });
    const checked = await runWithStdin(ugly, "-", "--check");
    assert.deepEqual([checked.code, checked.stdout], [1, "<stdin>\n"]);
    const wrong = await runWithStdin(broken, "-");
    assert.deepEqual(wrong, { code: 1, stdout: "", stderr: brokenText.replace("broken.proto", "<stdin>") });
    for (const args of [
      ["-", "--write"],
      ["-", "x.proto"],
    ]) {
      assert.equal((await runWithStdin(ugly, ...args)).code, 2);
    }
  });

  it("checks: lists the files that would change, and writes none", async () => {
    const dir = dirOf({ "x.proto": ugly, "a/y.proto": neat, "a/b/z.proto": `${neat}\n` });
    const run = await runCli(dir, "format", "--check", "x.proto", "a");
    const stdout = `x.proto\n${join("a", "b", "z.proto")}\n`;
    assert.deepEqual(run, { code: 1, stdout, stderr: "2 files would change with --write\n" });
    assert.equal(readFileSync(join(dir, "x.proto"), "utf8"), ugly);
    assert.deepEqual(await runCli(dir, "format", "--check", "a/y.proto"), { code: 0, stdout: "", stderr: "" });
  });

  it("prints what would change; that alone is no failure", async () => {
    const dir = dirOf({ "x.proto": ugly, "y.proto": neat });
    assert.deepEqual(await runCli(dir, "format", "--diff", "."), { code: 0, stdout: diff, stderr: "" });
    const checked = await runCli(dir, "format", "--diff", "--check", ".");
    assert.deepEqual(checked, { code: 1, stdout: diff, stderr: "1 file would change with --write\n" });
    assert.equal((await runCli(dir, "format", "--diff", "--write", ".")).code, 2);
  });

  it("writes what changes, with its mode and through a link, and touches nothing else", async () => {
    const dir = dirOf({ "x.proto": ugly, "y.proto": neat, "real/z.proto": ugly });
    symlinkSync(join("real", "z.proto"), join(dir, "link.proto"));
    chmodSync(join(dir, "x.proto"), 0o640);
    utimesSync(join(dir, "y.proto"), 1_000, 1_000);
    const run = await runCli(dir, "format", "--write", "x.proto", "y.proto", "link.proto");
    assert.deepEqual(run, { code: 0, stdout: "x.proto\nlink.proto\n", stderr: "2 files of 3 formatted\n" });
    for (const file of ["x.proto", "real/z.proto"]) assert.equal(readFileSync(join(dir, file), "utf8"), neat);
    assert.ok(lstatSync(join(dir, "link.proto")).isSymbolicLink());
    assert.equal(statSync(join(dir, "x.proto")).mode & 0o777, 0o640);
    assert.equal(statSync(join(dir, "y.proto")).mtimeMs, 1_000_000);
    assert.deepEqual(readdirSync(dir).sort(), ["link.proto", "real", "x.proto", "y.proto"]);
  });

  it("leaves files with errors as they are, and goes on with the others", async () => {
    const dir = dirOf({ "broken.proto": broken, "x.proto": ugly });
    const run = await runCli(dir, "format", "--write", ".");
    const stderr = `${brokenText}1 file with errors left as it is\n1 file of 2 formatted\n`;
    assert.deepEqual(run, { code: 1, stdout: "x.proto\n", stderr });
    assert.equal(readFileSync(join(dir, "broken.proto"), "utf8"), broken);
    assert.deepEqual(await runCli(dir, "format", "broken.proto"), { code: 1, stdout: "", stderr: brokenText });
  });

  it("does not touch what it cannot read as text, or may not write", async () => {
    const dir = dirOf({ "ro.proto": ugly });
    writeFileSync(join(dir, "latin.proto"), Buffer.from(`${ugly}\n// caf\xe9\n`, "latin1"));
    const latin = await runCli(dir, "format", "--write", "latin.proto");
    const message = "latin.proto:2:1: error: The line is not UTF-8: save the file as UTF-8.\n";
    assert.deepEqual(latin, { code: 1, stdout: "", stderr: `${message}0 files of 1 formatted\n` });
    chmodSync(join(dir, "ro.proto"), 0o444);
    const run = await runCli(dir, "format", "--write", "ro.proto");
    const stderr = "peregrine: ro.proto: the file cannot be written: it is read-only\n";
    assert.deepEqual(run, { code: 1, stdout: "", stderr });
    assert.equal(readFileSync(join(dir, "ro.proto"), "utf8"), ugly);
    assert.deepEqual(readdirSync(dir).sort(), ["latin.proto", "ro.proto"]);
  });

  it("tells programs what it found and did", async () => {
    const dir = dirOf({ "x.proto": ugly, "y.proto": neat });
    const json = async (...args: string[]): Promise<unknown> => {
      const run = await runCli(dir, "format", "--json", ...args);
      assert.equal(run.stderr, "");
      return [run.code, JSON.parse(run.stdout)];
    };
    const files = (x: object, y: object): object[] => [
      { file: "x.proto", changed: true, ...x },
      { file: "y.proto", changed: false, ...y },
    ];
    assert.deepEqual(await json("."), [0, { ok: true, files: files({ text: neat }, { text: neat }), diagnostics: [] }]);
    const checked = { ok: false, files: files({ diff }, { diff: "" }), diagnostics: [] };
    assert.deepEqual(await json("--check", "--diff", "."), [1, checked]);
    const written = { ok: true, files: files({ written: true }, { written: false }), diagnostics: [] };
    assert.deepEqual(await json("--write", "."), [0, written]);
    writeFileSync(join(dir, "x.proto"), broken);
    const [code, report] = (await json("--check", "x.proto")) as [number, { ok: boolean; diagnostics: unknown[] }];
    assert.deepEqual([code, report.ok, report.diagnostics.length], [1, false, 1]);
  });

  it("takes the modules of buf.yaml, and leaves out what that does", async () => {
    const yaml = "version: v2\nmodules:\n  - path: in\n    excludes:\n      - in/old\n";
    const dir = dirOf({ "buf.yaml": yaml, "in/x.proto": ugly, "in/old/y.proto": ugly, "z.proto": ugly });
    const run = await runCli(dir, "format", "--check");
    assert.deepEqual([run.code, run.stdout], [1, `${join("in", "x.proto")}\n`]);
  });

  it("tells paths that lead nowhere", async () => {
    const dir = dirOf({ "x.txt": "" });
    assert.match(
      (await runCli(dir, "format")).stderr,
      /^peregrine: no paths, and no buf\.yaml in the current directory/,
    );
    assert.match(
      (await runCli(dir, "format", ".")).stderr,
      /^peregrine: \.: there is no \.proto file in this directory/,
    );
    const missing = await runCli(dir, "format", "no.proto");
    assert.equal(missing.code, 1);
    assert.match(missing.stderr, /^peregrine: no\.proto: no such file or directory/);
  });
});
