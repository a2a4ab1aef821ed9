import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { checkPacked } from "../../tools/packed.js";
import { pack } from "../../tools/release.js";
import { type Consumer, consumers, said } from "./consumers-table.js";
import { protobufEs } from "./protobuf-es-table.js";
import { readme } from "./readme-table.js";

// Installs the packed package where people use it, in bundlers, test runners and compilers, and runs a server and a client there. What
// cannot be installed here is left out by name; CONSUMERS=all makes that a failure.

const runFile = promisify(execFile);

const proto = `syntax = "proto3";
package hello;
service HelloService { rpc SayHello(HelloRequest) returns (HelloReply); }
message HelloRequest { string name = 1; }
message HelloReply { string message = 1; }
`;

type Outcome = "ok" | "failed" | "left out";

async function tryConsumer(consumer: Consumer, tarball: string): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), "peregrine-consumer-"));
  const start = performance.now();
  const tell = (outcome: Outcome, why = ""): Outcome => {
    console.log(`${outcome}: ${consumer.name} (${((performance.now() - start) / 1000).toFixed(1)} s)${why}`);
    return outcome;
  };
  try {
    write(folder, {
      "package.json": JSON.stringify({ name: "consumer", private: true, ...consumer.manifest }),
      "hello.proto": proto,
      ...consumer.files,
    });
    const missing = await install(folder, [tarball, ...consumer.packages]);
    if (missing !== undefined) return tell("left out", `: ${missing}`);
    await run(folder, ["peregrine", "generate", "hello.proto", "--out", "gen", ...consumer.generate]);
    let output = "";
    for (const command of consumer.commands) output += await run(folder, command);
    if (consumer.output !== undefined) output = readFileSync(join(folder, consumer.output), "utf8");
    return output.includes(said) ? tell("ok") : tell("failed", `: it said ${JSON.stringify(output)}`);
  } catch (error) {
    const { stdout = "", stderr = "", message } = error as { stdout?: string; stderr?: string; message: string };
    return tell("failed", `: ${message}\n${stdout}${stderr}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/** @returns why it cannot be installed here, or undefined */
async function install(folder: string, packages: readonly string[]): Promise<string | undefined> {
  const args = ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", ...packages];
  try {
    await runFile("npm", args, { cwd: folder, timeout: 240_000 });
    return undefined;
  } catch (error) {
    const { stderr = "" } = error as { stderr?: string };
    if (/code (ETARGET|E404|EAI_AGAIN|ECONNREFUSED|ENOTFOUND|E403)/.test(stderr))
      return stderr.split("\n")[0] as string;
    throw error;
  }
}

async function run(folder: string, [program = "", ...args]: readonly string[]): Promise<string> {
  const PATH = [join(folder, "node_modules/.bin"), process.env["PATH"]].join(delimiter);
  const env = { ...process.env, PATH, NEXT_TELEMETRY_DISABLED: "1", NODE_ENV: undefined };
  const { stdout, stderr } = await runFile(program.includes("/") ? join(folder, program) : program, args, {
    cwd: folder,
    env,
    timeout: 240_000,
  });
  return stdout + stderr;
}

async function main(): Promise<number> {
  if (checkPacked() !== 0) return 1;
  const words = process.argv.slice(2);
  const all = [...readme, ...consumers, ...protobufEs];
  const chosen = all.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)));
  const dir = mkdtempSync(join(tmpdir(), "peregrine-pack-"));
  const outcomes: Outcome[] = [];
  try {
    const tarball = pack(dir);
    for (const consumer of chosen) outcomes.push(await tryConsumer(consumer, tarball));
  } finally {
    rmSync(dir, { recursive: true });
  }
  const count = (outcome: Outcome): number => outcomes.filter((one) => one === outcome).length;
  console.log(`consumers: ${count("ok")} passed, ${count("failed")} failed, ${count("left out")} left out`);
  return count("failed") > 0 || count("ok") === 0 || (process.env["CONSUMERS"] === "all" && count("left out") > 0)
    ? 1
    : 0;
}

process.exitCode = await main();
