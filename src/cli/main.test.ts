import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { runCli } from "./cli.testing.js";
import { runMain as run } from "./io.testing.js";

const packageJson = fileURLToPath(new URL("../../../package.json", import.meta.url));

describe("the command line", () => {
  it("prints its version and its help, with the commands", async () => {
    const { version } = JSON.parse(readFileSync(packageJson, "utf8")) as { version: string };
    assert.deepEqual(await run("--version"), { code: 0, stdout: `${version}\n`, stderr: "" });
    const help = await run("--help");
    assert.equal(help.code, 0);
    assert.match(help.stdout, /generate +write TypeScript for \.proto files/);
    assert.match((await run("help", "generate")).stdout, /Usage: peregrine generate \[options\] \[paths\.\.\.\]/);
    assert.match((await run("generate", "--help")).stdout, /--watch/);
  });

  const wrong: readonly (readonly [readonly string[], RegExp])[] = [
    [[], /^Usage: peregrine/],
    [["genrate"], /unknown command 'genrate'[\s\S]*Did you mean generate\?/],
    [["generate", "--out", "x"], /^peregrine: no PATHS, and no buf\.yaml in this directory: give /],
    [["generate", "x"], /required option '--out <dir>' not specified/],
    [
      ["generate", "x", "--out", "y", "--runtime", "z"],
      /argument 'z' is invalid\. Allowed choices are peregrine, protobuf-es/,
    ],
    [["generate", "x", "--out", "y", "--target", "go"], /option --target is "go": it may be ts, js, dts, or several/],
    [["generate", "x", "--out", "y", "--valid-types", "z"], /option --valid-types is "z": it may be legacy_required,/],
    [["generate", "x", "--out", "y", "--map-imports", "z"], /mapping "z": it must be PATTERN:TARGET/],
    [
      ["generate", "x", "--out", "y", "--target", "js", "--import-extension", ".ts"],
      /^peregrine: option --import-extension is "\.ts": with target "js" there are no \.ts files to import\n$/,
    ],
    [["generate", "x", "--out", "y", "--outt"], /unknown option '--outt'/],
  ];
  for (const [args, message] of wrong) {
    it(`exits with 2 and says what is wrong: peregrine ${args.join(" ")}`, async () => {
      const result = await run(...args);
      assert.equal(result.code, 2);
      assert.match(result.stderr, message);
      assert.equal(result.stdout, "");
    });
  }

  it("shows no stack but with --debug", async () => {
    const plain = await run("generate", "no\0path", "--out", "x");
    assert.equal(plain.code, 1);
    assert.doesNotMatch(plain.stderr, /\n {4}at /);
  });

  it("shows stacks with --debug, of what failed and of what caused it", async () => {
    const nobody = "127.0.0.1:1";
    for (const args of [
      ["list", nobody],
      ["health", nobody],
      ["bench", nobody, "a.B/C"],
      ["new", "No"],
    ]) {
      const plain = await run(...args);
      const debug = await run(...args, "--debug");
      assert.equal(debug.code, plain.code, args.join(" "));
      assert.notEqual(plain.code, 0);
      assert.doesNotMatch(plain.stderr, /\n {4}at /, args.join(" "));
      assert.match(debug.stderr, /\n {4}at /, args.join(" "));
      if (args[0] === "bench") assert.match(debug.stderr, /Caused by: RpcError/);
    }
  });

  it("tells programs in JSON what failed", async () => {
    for (const command of ["list", "describe", "health"]) {
      const { stderr, stdout } = await run(command, "127.0.0.1:1", "--json");
      const { code, status } = JSON.parse(stderr) as Record<string, unknown>;
      assert.deepEqual([code, status, stdout], [14, "UNAVAILABLE", ""], command);
    }
  });

  it("prints the help of each command, two ways", async () => {
    for (const name of ["call", "list", "describe", "health", "bench", "mock", "new", "completion"]) {
      const help = await run("help", name);
      assert.match(help.stdout, new RegExp(`^Usage: peregrine ${name} `));
      assert.deepEqual(await run(name, "--help"), help);
    }
  });

  it("runs as a program", async () => {
    const result = await runCli(process.cwd(), "generate");
    assert.deepEqual([result.code, result.stdout], [2, ""]);
    assert.match(
      result.stderr,
      /^peregrine: required option .--out <dir>. not specified\n\(try peregrine generate --help\)\n$/,
    );
  });
});
