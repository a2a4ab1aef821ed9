import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { rmSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { makeDir } from "./cli.testing.js";
import { completionScripts } from "./completion-scripts.js";
import { shopProto } from "./server.testing.js";
import { type ShellName, TypedShell, whyNoShell } from "./shell.fixture.js";

const bin = fileURLToPath(new URL("../../../bin/peregrine.js", import.meta.url));

/** Without the option before an equals sign, in no order. */
function values(candidates: readonly string[]): string[] {
  return candidates.map((one) => one.replace(/^--.*=/, "")).sort();
}

describe("completion in a real shell", { timeout: 120_000 }, () => {
  const dir = makeDir({
    "peregrine.bash": completionScripts.bash,
    "peregrine.zsh": completionScripts.zsh,
    "functions/_peregrine": completionScripts.zsh,
    "peregrine.fish": completionScripts.fish,
    "shop.proto": shopProto,
    "filed.pem": "",
    "dirs/x": "",
    "bin/x": "",
  });
  const path = `${join(dir, "bin")}:${dirname(process.execPath)}`;
  symlinkSync(bin, join(dir, "bin/peregrine"));
  after(() => rmSync(dir, { recursive: true }));

  /** What is typed, what is offered, and what stands there then. */
  const call = "peregrine call --proto shop.proto nobody:50051";
  /** Names come from a file: a server has 500 ms to tell them, which this machine may not have when the tests run. */
  const cases: readonly (readonly [typed: string, candidates: readonly string[], line: string])[] = [
    ["peregrine li", ["lint", "list"], "peregrine li"],
    ["peregrine generate --runtime ", ["peregrine", "protobuf-es"], "peregrine generate --runtime p"],
    ["peregrine generate --runtime=pr", ["--runtime=protobuf-es"], "peregrine generate --runtime=protobuf-es "],
    [`${call} shop`, ["shop.v1.Orders/"], `${call} shop.v1.Orders/`],
    [`${call} --header 'a: b' Orders/T`, ["Orders/Talk"], `${call} --header 'a: b' Orders/Talk `],
    ["peregrine call --ca file", [], "peregrine call --ca filed.pem "],
    ["peregrine generate x --out di", [], "peregrine generate x --out dirs/"],
    ["peregrine list 127.0.0.1:1 sh", [], "peregrine list 127.0.0.1:1 sh"],
  ];

  async function drive(name: ShellName, load: string, lines: typeof cases = cases): Promise<void> {
    const shell = new TypedShell(name, load, dir, path);
    await shell.ready();
    for (const [typed, candidates, line] of lines) {
      const seen = await shell.complete(typed);
      assert.equal(seen.line, line);
      // Files are found by the shell. bash has cut words at equals signs, and completes what is behind.
      if (candidates.length > 0) assert.deepEqual(values(seen.candidates), values(candidates), typed);
    }
    await shell.end();
  }

  it("is what bash's readline completes by", { skip: whyNoShell("bash") }, () =>
    drive("bash", "source ./peregrine.bash"),
  );

  const zshInit = "autoload -Uz compinit; compinit -u -D";
  it("is what zsh completes by, when it is sourced", { skip: whyNoShell("zsh") }, () =>
    drive("zsh", `${zshInit}; source ./peregrine.zsh`),
  );

  it("is what zsh completes by, when compinit finds it", { skip: whyNoShell("zsh") }, () =>
    drive("zsh", `fpath=($PWD/functions $fpath); ${zshInit}`, cases.slice(0, 1)),
  );

  it("is what fish completes by", { skip: whyNoShell("fish") }, async () => {
    const program = cases.map(([typed]) => `echo "?"; complete -C ${JSON.stringify(typed)}`);
    const env = { PATH: `${path}:${process.env["PATH"]}`, HOME: dir, TERM: "dumb" };
    const args = ["--no-config", "-c", ["source ./peregrine.fish", ...program].join("\n")];
    const fish = spawn("fish", args, { cwd: dir, env, timeout: 30_000, killSignal: "SIGKILL" });
    const [stdout, stderr] = await Promise.all([fish.stdout.toArray(), fish.stderr.toArray()]);
    assert.equal(stderr.join(""), "");
    const [, ...offered] = stdout.join("").split("?\n");
    for (const [i, [typed, candidates, line]] of cases.entries()) {
      const values = (offered[i] ?? "")
        .split("\n")
        .filter(Boolean)
        .map((one) => one.replace(/\t.*/, ""));
      const last = typed.slice(0, typed.lastIndexOf(" ") + 1);
      const wanted = candidates.length > 0 || line === typed ? candidates : [line.slice(last.length).trim()];
      assert.deepEqual(values.sort(), [...wanted].sort(), typed);
    }
  });
});
