import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import type { Attack } from "./attack.js";
import { attacks } from "./attacks.js";
import { asJson, machine, markdown, textLines } from "./report.js";
import { type Result, runAttacks, startHonestPeers } from "./run-attack.js";

const usage = `npm run hostile -- [words] [options]
  words          only attacks whose name, vector or victim's role holds one of them
  --unguarded    takes each attack's guard away by its options, and shows that the attack is noticed then
  --list         names the attacks
  --markdown F   writes the table to a file too
  --json         prints the results as JSON`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      unguarded: { type: "boolean", default: false },
      list: { type: "boolean", default: false },
      markdown: { type: "string" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const chosen = choose(positionals, values.unguarded);
  if (values.list) {
    for (const { role, name, vector } of chosen) console.log(`${role}  ${name}  (${vector})`);
    return 0;
  }
  const results = await runAll(chosen, values.unguarded, !values.json);
  if (values.json) console.log(JSON.stringify({ machine: machine(), attacks: results.map(asJson) }, undefined, 1));
  if (values.markdown !== undefined) writeFileSync(values.markdown, `${machine()}\n\n${markdown(results)}\n`);
  return values.unguarded ? judgeUnguarded(results) : judge(results, values.json);
}

function choose(words: readonly string[], unguarded: boolean): Attack[] {
  const chosen = attacks.filter((attack) => {
    if (unguarded && attack.unguarded === undefined) return false;
    const text = `${attack.role} ${attack.name} ${attack.vector}`.toLowerCase();
    return words.length === 0 || words.some((word) => text.includes(word.toLowerCase()));
  });
  if (chosen.length === 0) throw new RangeError(`no attack matches ${words.join(" ")}; --list names them`);
  return chosen;
}

async function runAll(chosen: readonly Attack[], unguarded: boolean, shown: boolean): Promise<Result[]> {
  const honest = await startHonestPeers();
  const results = await runAttacks(chosen, honest, unguarded, ({ problems }) => {
    if (shown) process.stderr.write(problems.length === 0 ? "." : "x");
  });
  if (shown) process.stderr.write("\n");
  await honest.child.stop();
  return results;
}

function judge(results: readonly Result[], json: boolean): number {
  const failed = results.filter(({ problems }) => problems.length > 0);
  if (!json) {
    console.log(`${textLines(results).join("\n")}\n\n${machine()}`);
    for (const { attack, problems } of failed) {
      console.log(`\n${attack.role}: ${attack.name} (${attack.guard})`);
      for (const problem of problems) console.log(`  ${problem}`);
    }
    console.log(`\n${results.length - failed.length} passed, ${failed.length} failed`);
  }
  return failed.length === 0 ? 0 : 1;
}

/** Without its guard each attack has to win. */
function judgeUnguarded(results: readonly Result[]): number {
  const unnoticed = results.filter(({ problems }) => problems.length === 0);
  for (const { attack, problems } of results) {
    console.log(`${attack.role}: ${attack.name}, without ${attack.guard}: ${problems[0] ?? "NOT NOTICED"}`);
  }
  console.log(`\n${results.length - unnoticed.length} noticed, ${unnoticed.length} not`);
  return unnoticed.length === 0 ? 0 : 1;
}

// What a failed attack leaves open must not keep the process.
main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof RangeError ? error.message : error);
    process.exit(2);
  },
);
