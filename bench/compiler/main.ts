import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { installNpm } from "../../test/corpus/install.js";
import { root } from "../../tools/files.js";
import { cacheFolder } from "../cache.js";
import { nodeOf } from "../install-node.js";
import { summarize } from "../statistics.js";
import { type Timed, timed } from "./timed.js";
import { realTree, syntheticTree } from "./trees.js";

/**
 * `peregrine build` against `buf build`, both as whole processes, on the same directories: 500 real files and 500 made-up
 * ones. In turns, after one run of each that is not counted, so that both find the files in memory. `buf` is its program
 * itself, not the script of its npm package. `--node 24` takes another Node, `--rounds 15` more rounds, `--all` also all
 * 7 000 files of googleapis.
 */
const filesPerTree = 500;

interface Contender {
  readonly name: string;
  readonly command: string;
  readonly args: (dir: string, out: string) => readonly string[];
}

function bufProgram(): string {
  const name = `@bufbuild/buf-${process.platform}-${process.arch}`;
  const manifest = createRequire(import.meta.url).resolve("@bufbuild/buf/package.json");
  return createRequire(manifest).resolve(`${name}/bin/buf`);
}

async function contenders(nodeLine: string | undefined): Promise<readonly Contender[]> {
  const node = nodeLine === undefined ? process.execPath : (await nodeOf(nodeLine, cacheFolder)).path;
  const program = join(root, "bin/peregrine.js");
  return [
    {
      name: "peregrine build",
      command: node,
      args: (dir, out) => [program, "build", dir, "--include", dir, "--out", out],
    },
    {
      name: "buf build",
      command: bufProgram(),
      args: (dir, out) => ["build", dir, "--as-file-descriptor-set", "-o", out],
    },
  ];
}

/** One row: all contenders on one directory. */
async function measure(what: string, dir: string, all: readonly Contender[], rounds: number): Promise<void> {
  const results = new Map<string, Timed[]>(all.map(({ name }) => [name, []]));
  for (let round = -1; round < rounds; round++) {
    for (const one of all) {
      const result = await timed(one.command, one.args(dir, join(cacheFolder, `${one.name.replace(" ", "-")}.binpb`)));
      if (round >= 0) results.get(one.name)?.push(result);
    }
  }
  console.log(what);
  const walls = all.map(({ name }) => print(name, results.get(name) ?? []));
  console.log(`  ratio of the times: ${((walls[0] as number) / (walls[1] as number)).toFixed(2)}`);
}

function print(name: string, results: readonly Timed[]): number {
  const of = (pick: (one: Timed) => number) => summarize(results.map(pick));
  const [wall, cpu, peak] = [of((one) => one.wallMs), of((one) => one.cpuMs), of((one) => one.peakBytes)];
  const range = `${wall.min.toFixed(0)} to ${wall.max.toFixed(0)}`;
  console.log(
    `  ${name.padEnd(16)} ${wall.median.toFixed(0)} ms (${range}), ${cpu.median.toFixed(0)} ms of processor time, ` +
      `${(peak.median / 1e6).toFixed(0)} MB at most`,
  );
  return wall.median;
}

function optionOf(args: readonly string[], flag: string): string | undefined {
  const at = args.indexOf(flag);
  return at === -1 ? undefined : args[at + 1];
}

async function main(args: readonly string[]): Promise<void> {
  const corpus = join(root, ".cache", "corpus");
  await installNpm(corpus);
  const packageDir = join(corpus, "npm/node_modules/google-proto-files");
  const rounds = Number(optionOf(args, "--rounds") ?? 9);
  const all = await contenders(optionOf(args, "--node"));
  const { version } = JSON.parse(readFileSync(join(root, "node_modules/@bufbuild/buf/package.json"), "utf8")) as {
    version: string;
  };
  const node = optionOf(args, "--node") ?? process.versions.node;
  console.log(`Node ${node}, buf ${version}, ${cpus().length} cores, load before ${(loadavg()[0] ?? 0).toFixed(1)}`);
  const dirOf = (name: string): string => join(cacheFolder, "compiler", name);
  const real = realTree(packageDir, dirOf("real"), filesPerTree);
  await measure(`${real} files of googleapis`, dirOf("real"), all, rounds);
  const made = syntheticTree(dirOf("synthetic"), filesPerTree);
  await measure(`${made} made-up files`, dirOf("synthetic"), all, rounds);
  if (!args.includes("--all")) return;
  const whole = realTree(packageDir, dirOf("whole"), Number.MAX_SAFE_INTEGER);
  await measure(`${whole} files of googleapis`, dirOf("whole"), all, Math.min(rounds, 3));
}

await main(process.argv.slice(2));
