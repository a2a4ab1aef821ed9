import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { commands } from "./command-table.js";
import { foreignHints, sameOptions } from "./foreign-options.js";
import { runMain } from "./io.testing.js";
import { silentCommand } from "./silent-command.js";

async function longOptions(name: string): Promise<string[]> {
  const entry = commands.find((one) => one.name === name);
  assert.ok(entry !== undefined);
  return silentCommand(name, await entry.load()).options.flatMap(({ long }) => (long == null ? [] : [long]));
}

describe("an option that a command does not have", () => {
  const cases: readonly (readonly [line: string, unknown: string, hint: string])[] = [
    ["generate x --output y", "--output", "Did you mean --out?"],
    ["generate x -o y", "-o", "Did you mean --out?"],
    ["generate --outt=y x", "--outt", "Did you mean --out?"],
    ["generate x --out y --import-ext .ts", "--import-ext", "Did you mean --import-extension?"],
    ["generate x --out y -I protos", "-I", "Did you mean --include?"],
    ["build x --output y", "--output", "Did you mean --out?"],
    ["bench --plaintext h m", "--plaintext", "plaintext is what peregrine speaks; --tls, --ca or --insecure encrypt"],
    ["bench -n 100 h m", "-n", "Did you mean --count?"],
    ["bench -c 100 h m", "-c", "Did you mean --concurrency?"],
    ["bench --rps 100 h m", "--rps", "Did you mean --rate?"],
    ["bench --output x.html h m", "--output", "Did you mean --html?"],
    ["bench --concurency 3 h m", "--concurency", "Did you mean --concurrency?"],
    ["bench --call a.B/C h", "--call", "the method is the second argument: peregrine bench HOST pkg.Service/Method"],
    ["call -plaintext h m", "-plaintext", "plaintext is what peregrine speaks; --tls, --ca or --insecure encrypt"],
    [
      "call -d {} h m",
      "-d",
      `requests are arguments: peregrine call HOST METHOD '{"name": "Alice"}', or @FILE, or - for standard input`,
    ],
    ["call -cacert x h m", "-cacert", "Did you mean --ca?"],
    ["call -servername x h m", "-servername", "Did you mean --server-name?"],
    ["call -emit-defaults h m", "-emit-defaults", "Did you mean --emit-defaults?"],
    ["call --max-msg-sz 5 h m", "--max-msg-sz", "Did you mean --max-message-bytes?"],
    ["list -import-path x h", "-import-path", "Did you mean --include?"],
    ["describe --metadata x h", "--metadata", "Did you mean --header?"],
    ["health --conect-timeout 1s h", "--conect-timeout", "Did you mean --connect-timeout?"],
    ["mock --port 1 x", "--port", "Did you mean --listen?"],
    ["format -w x", "-w", "Did you mean --write?"],
    ["lint --excep X x", "--excep", "Did you mean --except?"],
    ["breaking --agianst x y", "--agianst", "Did you mean --against?"],
    ["new --jsn x", "--jsn", "Did you mean --json?"],
    ["completion --hlp", "--hlp", "Did you mean --help?"],
  ];
  for (const [line, unknown, hint] of cases) {
    it(`is answered with what was meant: peregrine ${line}`, async () => {
      const args = line.split(" ");
      const { code, stdout, stderr } = await runMain(...args);
      const help = `(try peregrine ${args[0]} --help)`;
      assert.deepEqual([stdout, stderr], ["", `peregrine: unknown option '${unknown}'\n(${hint})\n${help}\n`]);
      assert.ok(code === 2 || code === 64 || (args[0] === "health" && code === 1), String(code));
    });
  }

  it("is answered so in JSON too", async () => {
    const { stdout, stderr } = await runMain("generate", "x", "--output", "y", "--json");
    const error = "unknown option '--output'\n(Did you mean --out?)";
    assert.deepEqual([JSON.parse(stdout), stderr], [{ ok: false, diagnostics: [], error }, ""]);
  });

  it("is named alone where nothing is near it, and a missing option where nothing is unknown", async () => {
    assert.equal(
      (await runMain("lint", "--zzzzzz")).stderr,
      "peregrine: unknown option '--zzzzzz'\n(try peregrine lint --help)\n",
    );
    assert.equal((await runMain("call", "-a")).stderr, "peregrine: unknown option '-a'\n(try peregrine call --help)\n");
    assert.match((await runMain("generate", "x")).stderr, /^peregrine: required option '--out <dir>' not specified\n/);
    assert.match((await runMain("--jsn")).stderr, /^peregrine: unknown option '--jsn'/);
  });
});

describe("options of other tools", () => {
  it("are none of ours where we tell of another, which some command has", async () => {
    const all = new Map<string, string[]>();
    for (const { name } of commands) all.set(name, await longOptions(name));
    for (const [foreign, ours] of Object.entries(sameOptions)) {
      for (const option of ours) {
        const having = [...all.values()].filter((options) => options.includes(option));
        assert.ok(having.length > 0, `${foreign}: ${option}`);
        for (const options of having) assert.ok(!options.includes(`--${foreign}`), foreign);
      }
    }
    for (const name of ["call", "bench", "list", "describe", "health"]) {
      for (const foreign of Object.keys(foreignHints)) assert.ok(!all.get(name)?.includes(`--${foreign}`), foreign);
    }
  });
});
