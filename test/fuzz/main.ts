import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";
import { SeededRandom } from "../simulation/seeded-random.js";
import { textOf } from "./finding.js";
import { outcome } from "./minimise.js";
import { type Bounds, runTarget, type TargetResult } from "./run-target.js";
import { type FuzzTarget, showStep } from "./target.js";
import { targets } from "./targets.js";
import { Watchdog } from "./watchdog.js";

const usage = `npm run fuzz -- [options]
  --seconds N    time for all targets together (default 60)
  --minutes N    the same in minutes
  --count N      so many inputs for each target; without --seconds and --minutes however long that takes
  --seed N       the first seed (default: a fresh one); with --only and no bound, that one input is run and shown
  --findings N   leaves a target after so many findings (default 3)
  --only NAMES   these targets only, with commas
  --list         names the targets
  --mutations    breaks the code in known ways and shows that fuzzing notices
  --json         prints the results as JSON`;

/** Fresh seeds begin below this, so that they are short enough to type. */
const freshSeedMax = 1_000_000_000;
const defaultSeconds = 60;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seconds: { type: "string" },
      minutes: { type: "string" },
      count: { type: "string" },
      findings: { type: "string", default: "3" },
      seed: { type: "string" },
      only: { type: "string" },
      list: { type: "boolean", default: false },
      mutations: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) console.log(usage);
  if (values.list) for (const { name, about } of targets) console.log(`${name.padEnd(16)}${about}`);
  if (values.help || values.list) return 0;
  if (values.mutations) return (await import("./mutations.js")).runMutations(values.only ?? "");
  const chosen = choose(values.only);
  const seed = values.seed === undefined ? undefined : number("seed", values.seed);
  const isBounded = values.count ?? values.seconds ?? values.minutes;
  if (seed !== undefined && isBounded === undefined && chosen.length === 1) return replay(chosen[0]!, seed);
  const bounds = {
    firstSeed: seed ?? randomInt(freshSeedMax),
    countMax: values.count === undefined ? Number.POSITIVE_INFINITY : number("count", values.count),
    secondsMax: secondsOf(values),
    findingsMax: number("findings", values.findings),
  };
  const results = await runAll(chosen, bounds, values.json);
  if (values.json) console.log(JSON.stringify(results));
  return results.every(({ findings }) => findings.length === 0) ? 0 : 1;
}

function secondsOf(values: { seconds?: string; minutes?: string; count?: string }): number {
  if (values.seconds !== undefined) return number("seconds", values.seconds);
  if (values.minutes !== undefined) return 60 * number("minutes", values.minutes);
  return values.count === undefined ? defaultSeconds : Number.POSITIVE_INFINITY;
}

function number(name: string, text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value >= 0) return value;
  throw new RangeError(`--${name} must be a number of 0 or more: ${text}`);
}

function choose(only: string | undefined): readonly FuzzTarget[] {
  if (only === undefined) return targets;
  return only.split(",").map((name) => {
    const found = targets.find((one) => one.name === name);
    if (found !== undefined) return found;
    throw new RangeError(`--only ${name}: the targets are ${targets.map((one) => one.name).join(", ")}`);
  });
}

async function runAll(chosen: readonly FuzzTarget[], bounds: Bounds, quiet: boolean): Promise<TargetResult[]> {
  const watchdog = new Watchdog(targets.map(({ name }) => name));
  const shares = chosen.reduce((sum, { share }) => sum + share, 0);
  const results: TargetResult[] = [];
  for (const one of chosen) {
    const own = { ...bounds, secondsMax: (bounds.secondsMax * one.share) / shares };
    const result = await runTarget(one, own, (seed) => watchdog.begin(targets.indexOf(one), seed));
    results.push(result);
    if (!quiet) print(result);
  }
  await watchdog.stop();
  if (!quiet) printTotal(results);
  return results;
}

function print({ name, inputs, seconds, findings }: TargetResult): void {
  console.log(
    `${name.padEnd(16)}${String(inputs).padStart(9)} inputs ${seconds.toFixed(1).padStart(7)} s  ${findings.length} findings`,
  );
  for (const { seed, message, input } of findings) {
    console.log(`  seed ${seed}: ${message}`);
    console.log(`  replay it with: npm run fuzz -- --only ${name} --seed ${seed}`);
    console.log("  smallest input found:");
    for (const line of input) console.log(`    ${line.length > 2_000 ? `${line.slice(0, 2_000)}...` : line}`);
  }
}

function printTotal(results: readonly TargetResult[]): void {
  const sum = (of: (result: TargetResult) => number): number => results.reduce((total, one) => total + of(one), 0);
  const seconds = sum((one) => one.seconds).toFixed(1);
  console.log(
    `fuzz: ${sum((one) => one.inputs)} inputs in ${seconds} s, ${sum((one) => one.findings.length)} findings`,
  );
}

async function replay(one: FuzzTarget, seed: number): Promise<number> {
  const steps = await one.make(new SeededRandom(seed));
  for (const step of steps) console.log(one.show?.(step) ?? showStep(step));
  const error = await outcome(one, steps, seed);
  console.log(error === undefined ? `${one.name}: seed ${seed} passes` : textOf(error));
  return error === undefined ? 0 : 1;
}

// What a failed input leaves open must not keep the process.
main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof RangeError ? error.message : error);
    process.exit(2);
  },
);
