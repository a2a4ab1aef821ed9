import { spawn } from "node:child_process";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { corpusDir } from "../proto/corpus.js";
import { BrokenCopy } from "../simulation/broken-copy.js";
import { type FuzzMutation, fuzzMutations } from "./mutation-table.js";
import type { TargetResult } from "./run-target.js";
import { targets } from "./targets.js";

/** The same seeds for all, so that the command says the same each time. */
const firstSeed = 1;
/** Time that CI gives all targets together, in seconds: what is not noticed in a target's part of it is not noticed. */
const ciSeconds = 75;
/** A break that makes a loop without end is noticed by this, in ms. */
const timeoutMs = 240_000;

/**
 * Breaks a copy of the code in each known way, and runs the target that looks there for as long as CI would.
 *
 * @param word only mutations whose name or target holds it
 * @returns exit code: 1 when a break was not noticed
 */
export async function runMutations(word: string): Promise<number> {
  const chosen = fuzzMutations.filter(({ name, target }) => `${target} ${name}`.includes(word));
  const copy = new BrokenCopy("fuzz-mutations", ["test/fuzz", "test/simulation", "test/gen", "test/proto", "tools"]);
  // Not compiled: the files that the compiler is given.
  cpSync(corpusDir, join(copy.folder, "test", "proto", "corpus"), { recursive: true });
  let missed = 0;
  for (const mutation of chosen) {
    const found = await runMutation(copy, mutation);
    if (found === undefined) missed++;
    console.log(`${mutation.name}\n  ${found ?? "NOT NOTICED"}`);
  }
  console.log(`mutations: ${chosen.length - missed} of ${chosen.length} noticed`);
  return missed === 0 && chosen.length > 0 ? 0 : 1;
}

async function runMutation(copy: BrokenCopy, mutation: FuzzMutation): Promise<string | undefined> {
  const { name, target } = mutation;
  const undo = copy.apply(name, mutation);
  try {
    const [result] = await runCopy(copy, target, secondsOf(target));
    const finding = result?.findings[0];
    if (finding === undefined) return undefined;
    const [line = ""] = finding.message.split("\n");
    return `${target}, after ${finding.seed - firstSeed + 1} inputs: ${line.slice(0, 140)}`;
  } finally {
    undo();
  }
}

function secondsOf(name: string): number {
  const shares = targets.reduce((sum, { share }) => sum + share, 0);
  const target = targets.find((one) => one.name === name);
  if (target === undefined) throw new Error(`no target has the name ${name}`);
  return (ciSeconds * target.share) / shares;
}

function runCopy(copy: BrokenCopy, target: string, seconds: number): Promise<readonly TargetResult[]> {
  const script = copy.path("test", "fuzz", "main.js");
  const args = [script, "--json", "--only", target, "--count", "1000000", "--seed", String(firstSeed)];
  args.push("--seconds", String(seconds), "--findings", "1");
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"], timeout: timeoutMs });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.on("error", reject);
    child.on("close", (_code, signal) => {
      const stuck = { seed: firstSeed, message: `an input does not end (${signal})`, input: [] };
      if (signal !== null) resolve([{ name: target, inputs: 0, seconds, findings: [stuck] }]);
      else resolve(JSON.parse(output) as readonly TargetResult[]);
    });
  });
}
