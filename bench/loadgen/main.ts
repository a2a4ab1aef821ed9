import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { root } from "../../tools/files.js";
import { cacheFolder } from "../cache.js";
import { pinned } from "../pin.js";

/** Compares load generators against one server, in turns, each on the one core that is not the server's. */
const rounds = 5;
const seconds = 5;
const shape = { concurrency: 100, connections: 4 };
const method = "peregrine.test.Echo";
const proto = join(root, "test/protos/echo.proto");
const ghz = join(cacheFolder, "ghz", "ghz");
const runFile = promisify(execFile);

interface Generator {
  readonly name: string;
  /** Gives calls per second. */
  run(target: string): Promise<number>;
}

const ours: Generator = {
  name: "peregrine bench",
  async run(target) {
    const { concurrency, connections } = shape;
    const load = ["--concurrency", `${concurrency}`, "--connections", `${connections}`, "--duration", `${seconds}s`];
    const what = ["bench", target, `${method}/Unary`, '{"text": "hello world"}', "--proto", proto];
    const args = [join(root, "bin/peregrine.js"), ...what, ...load, "--warmup", "1s", "--check-responses", "--json"];
    const result = JSON.parse(await runPinned(process.execPath, args)) as { callsPerSecond: number; failed: number };
    if (result.failed > 0) throw new Error(`${result.failed} calls of peregrine bench failed`);
    return result.callsPerSecond;
  },
};

const theirs: Generator = {
  name: "ghz",
  async run(target) {
    const { concurrency, connections } = shape;
    const load = [
      "-c",
      `${concurrency}`,
      "--connections",
      `${connections}`,
      "-z",
      `${seconds}s`,
      "--duration-stop",
      "wait",
    ];
    const what = ["--insecure", "--proto", proto, "--call", `${method}.Unary`, "-d", '{"text": "hello world"}'];
    const result = JSON.parse(await runPinned(ghz, [...what, ...load, "-O", "json", target])) as Ghz;
    if (Object.keys(result.statusCodeDistribution).some((code) => code !== "OK")) {
      throw new Error(`calls of ghz failed: ${JSON.stringify(result.statusCodeDistribution)}`);
    }
    return result.rps;
  },
};

interface Ghz {
  readonly rps: number;
  readonly statusCodeDistribution: Readonly<Record<string, number>>;
}

async function runPinned(program: string, args: readonly string[]): Promise<string> {
  const command = pinned("client", { program, args });
  const { stdout } = await runFile(command.program, [...command.args], {
    env: { ...process.env, ...command.env },
    maxBuffer: 1 << 28,
    timeout: 60_000,
  });
  return stdout;
}

async function hasGhz(): Promise<boolean> {
  if (existsSync(ghz)) return true;
  const bin = join(cacheFolder, "ghz");
  mkdirSync(bin, { recursive: true });
  const env = { ...process.env, GOBIN: bin, GOTOOLCHAIN: "local" };
  try {
    await runFile("go", ["install", "github.com/bojand/ghz/cmd/ghz@latest"], { env, timeout: 300_000 });
  } catch (error) {
    console.log(`ghz is left out: ${(error as Error).message.split("\n")[0]}`);
  }
  return existsSync(ghz);
}

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[values.length >> 1] as number;
}

async function compare(target: string, generators: readonly Generator[]): Promise<void> {
  const rates = new Map<string, number[]>(generators.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const { name, run } of generators) rates.get(name)?.push(await run(target));
  }
  for (const [name, found] of rates) {
    const each = found.map((rate) => Math.round(rate)).join(", ");
    console.log(`${name.padEnd(16)} ${Math.round(median(found))} calls/s on one core (${each})`);
  }
  const [own = [], other = []] = [...rates.values()];
  if (other.length > 0) console.log(`ratio            ${(median(own) / median(other)).toFixed(2)}`);
}

const command = pinned("server", {
  program: process.execPath,
  args: [join(root, "dist/bench/peers/peregrine/server.js")],
});
const server = spawn(command.program, [...command.args], {
  env: { ...process.env, ...command.env },
  stdio: ["pipe", "pipe", "inherit"],
});
try {
  server.stdout.setEncoding("utf8");
  const [line] = (await once(server.stdout, "data")) as [string];
  const port = /\d+/.exec(line)?.[0];
  if (port === undefined) throw new Error(`the server said ${JSON.stringify(line)}`);
  await compare(`127.0.0.1:${port}`, (await hasGhz()) ? [ours, theirs] : [ours]);
} finally {
  server.kill("SIGKILL");
}
