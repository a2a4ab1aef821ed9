import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";
import { runMutations } from "./mutations.js";
import { runSeeds, type Summary } from "./run-seeds.js";
import { simulate } from "./simulation.js";

const usage = `npm run simulate -- [options]
  --seed N       runs one seed and prints all that happens
  --count N      runs so many seeds (default 2000)
  --from N       the first of them (default: a fresh one)
  --seconds N    begins no run after so long (default: no bound)
  --nightly      a million seeds, for 8 hours at most
  --mutations    breaks the code in known ways and shows that the simulation notices
  --only WORD    with --mutations: only those whose name holds the word
  --json         prints the result as JSON`;

/** Fresh seeds begin below this, so that they are short enough to type. */
const freshSeedMax = 1_000_000_000;
const nightlySeeds = 1_000_000;
const nightlySeconds = 8 * 3_600;
/** A mistake that many seeds show is shown often enough. */
const failuresMax = 5;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seed: { type: "string" },
      count: { type: "string", default: "2000" },
      from: { type: "string" },
      seconds: { type: "string" },
      nightly: { type: "boolean", default: false },
      mutations: { type: "boolean", default: false },
      only: { type: "string", default: "" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  if (values.mutations) return runMutations(values.only);
  if (values.seed !== undefined) return replay(number("seed", values.seed));
  const summary = await runSeeds({
    first: values.from === undefined ? randomInt(freshSeedMax) : number("from", values.from),
    count: values.nightly ? nightlySeeds : number("count", values.count),
    secondsMax: values.seconds === undefined ? longest(values.nightly) : number("seconds", values.seconds),
    failuresMax,
    onFailure: values.json ? undefined : ({ seed, violation }) => report(seed, violation?.message ?? ""),
  });
  print(summary, values.json);
  return summary.failures.length === 0 ? 0 : 1;
}

function longest(nightly: boolean): number {
  return nightly ? nightlySeconds : Number.POSITIVE_INFINITY;
}

function number(name: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new RangeError(`--${name} must be a whole number of 0 or more: ${text}`);
}

async function replay(seed: number): Promise<number> {
  const { violation, hash, events, calls } = await simulate(seed, console.log);
  console.log(`seed ${seed}: ${calls} calls, ${events} events, hash ${hash}`);
  if (violation === undefined) return 0;
  console.log(violation.message);
  return 1;
}

function report(seed: number, message: string): void {
  console.log(`seed ${seed} fails: ${message}\n  replay it with: npm run simulate -- --seed ${seed}`);
}

function print({ runs, events, calls, seconds, failures }: Summary, json: boolean): void {
  if (json) {
    const found = failures.map(({ seed, violation }) => ({
      seed,
      invariant: violation?.invariant,
      message: violation?.message,
    }));
    console.log(JSON.stringify({ runs, events, calls, seconds, failures: found }));
    return;
  }
  const rate = (runs / seconds).toFixed(0);
  console.log(
    `simulate: ${runs} seeds, ${calls} calls, ${events} events in ${seconds.toFixed(1)} s (${rate} seeds/s), ` +
      `${failures.length === 0 ? "no" : failures.length} failures`,
  );
}

// What a failed run leaves open must not keep the process.
main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof RangeError ? error.message : error);
    process.exit(2);
  },
);
