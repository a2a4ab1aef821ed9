import { spawn } from "node:child_process";
import { BrokenCopy } from "./broken-copy.js";
import { type Mutation, mutations } from "./mutation-table.js";
import { simulate } from "./simulation.js";

/** The same seeds for all, so that the command says the same each time. */
const firstSeed = 1;
const seedsMax = 3_000;
/** A break that makes a loop without end is noticed by this, in ms. */
const timeoutMs = 240_000;

interface Found {
  readonly invariant: string;
  readonly message: string;
  readonly seed: number;
}

/**
 * Breaks a copy of the code in each known way and runs seeds until one notices.
 *
 * @param word only mutations whose name holds it
 * @returns exit code: 1 when a break was not noticed
 */
export async function runMutations(word: string): Promise<number> {
  const chosen = mutations.filter(({ name }) => name.includes(word));
  const copy = new BrokenCopy("mutations", ["test/simulation", "test/gen"]);
  let missed = 0;
  for (const mutation of chosen) {
    const found = await runMutation(copy, mutation);
    const text = await judge(found, mutation.from ?? firstSeed);
    if (text === undefined) missed++;
    console.log(`${mutation.name}\n  ${text ?? `NOT NOTICED in ${seedsMax} seeds`}`);
  }
  console.log(`mutations: ${chosen.length - missed} of ${chosen.length} noticed`);
  return missed === 0 && chosen.length > 0 ? 0 : 1;
}

/** What was noticed, in one line; undefined when nothing was. The seed must be one that whole code passes. */
async function judge(found: Found | undefined, from: number): Promise<string | undefined> {
  if (found === undefined) return undefined;
  const { invariant, seed, message } = found;
  const { violation } = await simulate(seed);
  if (violation !== undefined) throw new Error(`seed ${seed} fails without any mutation: ${violation.message}`);
  const [line = ""] = message.split("\n");
  return `${invariant}, after ${seed - from + 1} seeds: ${line.slice(0, 140)}`;
}

async function runMutation(
  copy: BrokenCopy,
  { name, also, from = firstSeed, ...edit }: Mutation,
): Promise<Found | undefined> {
  const undo = [edit, ...(also === undefined ? [] : [also])].map((one) => copy.apply(name, one));
  try {
    return await runCopy(copy, from);
  } finally {
    for (const one of undo) one();
  }
}

function runCopy(copy: BrokenCopy, from: number): Promise<Found | undefined> {
  const args = [copy.path("test", "simulation", "until-failure.js"), String(from), String(seedsMax)];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"], timeout: timeoutMs });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.on("error", reject);
    child.on("close", (_code, signal) => {
      if (signal !== null) resolve({ invariant: "time", message: `a run does not end (${signal})`, seed: from });
      else resolve((JSON.parse(output) as { found?: Found }).found);
    });
  });
}
