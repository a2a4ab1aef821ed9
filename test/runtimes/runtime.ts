import { existsSync } from "node:fs";
import { arch, platform } from "node:os";
import { join } from "node:path";
import { installPackage, nodeLines, nodeOf } from "../../bench/install-node.js";
import { Missing } from "../../bench/peer.js";
import { runToEnd } from "../../tools/processes.js";

/** How a program is started. */
export type CommandLine = readonly [program: string, ...args: string[]];

/** One runtime that runs JavaScript, ready to be started. */
export interface Runtime {
  /** As `--only` takes it. */
  readonly name: string;
  readonly version: string;
  /** Runs a program. */
  program(script: string): CommandLine;
  /** Runs a test file with the runtime's own runner for `node:test`, which writes its results as JUnit XML. */
  tests(file: string, resultFile: string): CommandLine;
}

/** A runtime that can be had, or not. */
export interface RuntimeSpec {
  readonly name: string;
  /** @throws Missing when there is none for this machine */
  prepare(cache: string): Promise<Runtime>;
}

const versionMs = 20_000;
/** One test that hangs must not take the file with it, where a runner can tell them apart. */
const testMs = 60_000;

/** The program in an npm package, which is installed when it is not there; no script of the package runs. */
async function programOf(name: string, range: string, program: string, cache: string): Promise<string> {
  const folder = join(cache, name.replace("/", "-"));
  const path = join(folder, "node_modules", name, program);
  if (!existsSync(path)) await installPackage(`${name}@${range}`, folder);
  if (!existsSync(path)) throw new Missing(`${name} has no ${program}`);
  return path;
}

async function versionOf(path: string): Promise<string> {
  const { code, output } = await runToEnd(path, ["--version"], { timeoutMs: versionMs });
  const version = /\d+\.\d+\.\d+/.exec(output)?.[0];
  if (code !== 0 || version === undefined) throw new Missing(`${path} does not run: ${output.trim()}`);
  return version;
}

function node(line: string): RuntimeSpec {
  const name = `node${line}`;
  const prepare = async (cache: string): Promise<Runtime> => {
    const { path, version } = await nodeOf(line, cache);
    return {
      name,
      version,
      program: (script) => [path, script],
      tests: (file, result) => [path, "--test-reporter=junit", `--test-reporter-destination=${result}`, file],
    };
  };
  return { name, prepare };
}

const bun: RuntimeSpec = {
  name: "bun",
  prepare: async (cache) => {
    const cpu = arch() === "arm64" ? "aarch64" : arch();
    const path = await programOf(`@oven/bun-${platform()}-${cpu}`, "1", "bin/bun", cache);
    return {
      name: "bun",
      version: await versionOf(path),
      program: (script) => [path, script],
      tests: (file, result) => [
        path,
        "test",
        `--timeout=${testMs}`,
        "--reporter=junit",
        `--reporter-outfile=${result}`,
        `./${file}`,
      ],
    };
  },
};

const deno: RuntimeSpec = {
  name: "deno",
  prepare: async (cache) => {
    const libc = platform() === "linux" ? "-glibc" : "";
    const path = await programOf(`@deno/${platform()}-${arch()}${libc}`, "2", "deno", cache);
    return {
      name: "deno",
      version: await versionOf(path),
      program: (script) => [path, "run", "-A", script],
      tests: (file, result) => [path, "test", "-A", "--no-check", `--junit-path=${result}`, file],
    };
  },
};

export const runtimeSpecs: readonly RuntimeSpec[] = [...nodeLines.map(node), bun, deno];
