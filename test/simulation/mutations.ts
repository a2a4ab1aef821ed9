import { spawn } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../tools/files.js";
import { type Edit, type Mutation, mutations } from "./mutation-table.js";
import { simulate } from "./simulation.js";

/** The same seeds for all, so that the command says the same each time. */
const firstSeed = 1;
const seedsMax = 3_000;
/** A break that makes a loop without end is noticed by this, in ms. */
const timeoutMs = 240_000;
const cache: string = join(root, ".cache", "mutations");

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
  makeCopy();
  let missed = 0;
  for (const mutation of chosen) {
    const found = await runMutation(mutation);
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

/** A package of its own, so that generated code, which imports `peregrine`, gets the copy too. */
function makeCopy(): void {
  rmSync(cache, { recursive: true, force: true });
  mkdirSync(cache, { recursive: true });
  writeFileSync(join(cache, "package.json"), JSON.stringify(unbundledManifest()));
  for (const folder of ["src", "test/simulation", "test/gen"]) {
    cpSync(join(root, "dist", folder), join(cache, "dist", folder), { recursive: true });
  }
}

/** The package as it is, except that its entries are the single modules, in which mistakes are made, not the bundles. */
function unbundledManifest(): object {
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    readonly name: string;
    readonly type: string;
    readonly exports: Readonly<Record<string, string | { readonly types: string }>>;
  };
  const entries = Object.entries(manifest.exports).flatMap(([name, entry]) =>
    typeof entry === "string" ? [] : [[name, entry.types.replace(/\.d\.ts$/, ".js")]],
  );
  return { name: manifest.name, type: manifest.type, exports: Object.fromEntries(entries) };
}

async function runMutation({ name, also, from = firstSeed, ...edit }: Mutation): Promise<Found | undefined> {
  const undo = [edit, ...(also === undefined ? [] : [also])].map((one) => apply(name, one));
  try {
    return await runCopy(from);
  } finally {
    for (const one of undo) one();
  }
}

/** @returns what takes it back */
function apply(name: string, { file, find, replace }: Edit): () => void {
  const path = join(cache, "dist", "src", file);
  const text = readFileSync(path, "utf8");
  const parts = text.split(find);
  if (parts.length !== 2) throw new Error(`${name}: its text must be in ${file} once, not ${parts.length - 1} times`);
  writeFileSync(path, parts.join(replace));
  return () => writeFileSync(path, text);
}

function runCopy(from: number): Promise<Found | undefined> {
  const script = join(cache, "dist", "test", "simulation", "until-failure.js");
  const args = [script, String(from), String(seedsMax)];
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
