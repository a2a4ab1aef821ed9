// Real processes over a network that fails: npm run chaos [-- --seed N --rounds N --json NAMES]
import { parseArgs } from "node:util";
import { networkScenarios } from "./network-scenarios.js";
import { type Outcome, runScenario, type Scenario, type Size } from "./scenario.js";
import { serverScenarios } from "./server-scenarios.js";

const all: readonly Scenario[] = [...serverScenarios, ...networkScenarios];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    /** Decides what the proxy does; a fresh one each time. */
    seed: { type: "string" },
    /** How often the bad thing happens, in place of what each scenario has. */
    rounds: { type: "string" },
    json: { type: "boolean", default: false },
  },
});

function chosen(): readonly Scenario[] {
  for (const name of positionals) {
    if (all.some((scenario) => scenario.name === name)) continue;
    throw new Error(`there is no scenario ${name}; there are ${all.map((scenario) => scenario.name).join(", ")}`);
  }
  return all.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
}

function lines({ name, report, broken, notes, tookMs }: Outcome): string {
  const statuses = Object.entries(report.statuses).map(
    ([status, count]) => `${count} ${status} (longest ${Math.round(report.longestMs[status] ?? 0)} ms)`,
  );
  const told = [`${name}: ${broken.length === 0 ? "holds" : "BROKEN"}, ${(tookMs / 1_000).toFixed(1)} s`];
  told.push(`  ${report.started} calls: ${statuses.join(", ")}`);
  for (const note of notes) told.push(`  ${note}`);
  for (const what of broken) told.push(`  BROKEN: ${what}`);
  if (broken.length > 0) for (const message of report.failures) told.push(`  a call failed: ${message}`);
  return told.join("\n");
}

function number(text: string | undefined, name: string): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new Error(`--${name} is a whole number, not ${text}`);
}

const seed = number(values.seed, "seed") ?? Math.floor(Math.random() * 2 ** 32);
const rounds = number(values.rounds, "rounds");
if (!values.json) console.log(`seed ${seed}`);
const outcomes: Outcome[] = [];
for (const scenario of chosen()) {
  const size: Size = { ...scenario.whole, ...(rounds === undefined ? {} : { rounds }) };
  if (!values.json) console.log(`\n${scenario.what}`);
  const outcome = await runScenario(scenario, size, seed);
  outcomes.push(outcome);
  if (!values.json) console.log(lines(outcome));
}
const failed = outcomes.filter(({ broken }) => broken.length > 0).length;
if (values.json) console.log(JSON.stringify({ seed, outcomes }, null, 2));
else console.log(`\n${outcomes.length - failed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
