import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { makeDir } from "./cli.testing.js";
import { completionScripts } from "./completion-scripts.js";
import { type ShellName, TypedShell, whyNoShell } from "./shell.fixture.js";

/** What a hostile server could call its service, and a file its name. */
const hostileNames: readonly string[] = [
  "shop.$(touch pwned)",
  "shop.`touch pwned`",
  "shop.;touch pwned",
  "shop.|touch pwned",
  "shop.&touch pwned",
  "shop.x>pwned",
  "shop.';touch pwned;'",
  'shop.";touch pwned;"',
  "shop.(touch pwned)",
  "shop.\\;touch pwned",
  "shop.#x",
  "shop.*",
  "shop.{a,b}",
  "shop.~root",
  "shop.!x",
  "~root",
  "=ls",
  "-rf",
  "$HOME",
  "%n",
];

/** Stands for `peregrine`: offers what the file `offers` says, and else writes its arguments to the file `args`. */
const impostor = `#!/bin/sh
if [ "$1" = __complete ]; then cat offers; else printf '%s\\0' "$@" > args; fi
`;

const loads: Readonly<Record<ShellName, string>> = {
  bash: "source ./peregrine.bash",
  zsh: "autoload -Uz compinit; compinit -u -D; source ./peregrine.zsh",
  fish: "source ./peregrine.fish",
};

describe("hostile names in a real shell", { timeout: 120_000 }, () => {
  const dir = makeDir({
    "peregrine.bash": completionScripts.bash,
    "peregrine.zsh": completionScripts.zsh,
    "peregrine.fish": completionScripts.fish,
    "bin/peregrine": impostor,
  });
  chmodSync(join(dir, "bin/peregrine"), 0o755);
  after(() => rmSync(dir, { recursive: true }));

  for (const name of ["bash", "zsh", "fish"] as const) {
    it(`are words and no commands, when ${name} completes by what __complete printed`, {
      skip: whyNoShell(name),
    }, async () => {
      const shell = new TypedShell(name, loads[name], dir, join(dir, "bin"));
      await shell.ready();
      for (const [i, value] of hostileNames.entries()) {
        // fish expands a tilde that a completion begins with, to a directory. No name of ours begins so.
        if (name === "fish" && value.startsWith("~")) continue;
        writeFileSync(join(dir, "offers"), `${value}\twhat it is\n:none\n`);
        for (const left of ["args", "pwned"]) rmSync(join(dir, left), { force: true });
        await shell.run(`peregrine call ${i} `);
        const given = readFileSync(join(dir, "args"), "utf8").split("\0");
        assert.deepEqual(given, ["call", String(i), value, ""]);
        assert.ok(!existsSync(join(dir, "pwned")), value);
      }
      await shell.end();
    });

    it(`are words and no commands, when ${name} completes files`, { skip: whyNoShell(name) }, async () => {
      const files = join(dir, `files-${name}`);
      mkdirSync(files);
      const shell = new TypedShell(name, loads[name].replaceAll("./", "../"), files, join(dir, "bin"));
      await shell.ready();
      for (const directive of [":files", ":dirs"]) {
        for (const [i, value] of hostileNames.entries()) {
          mkdirSync(join(files, `${i}${value}`));
          writeFileSync(join(files, "offers"), `${directive}\n`);
          await shell.run(`peregrine --out ${i}`);
          const [, given] = readFileSync(join(files, "args"), "utf8").split("\0");
          // zsh takes the slash away again.
          assert.equal(given?.replace(/\/$/, ""), `${i}${value}`);
          assert.ok(!existsSync(join(files, "pwned")), value);
          rmSync(join(files, `${i}${value}`), { recursive: true });
        }
      }
      await shell.end();
    });
  }
});
