// Runs what users build on, and our own tests, on each runtime: npm run runtimes
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { cacheFolder } from "../../bench/cache.js";
import { Missing } from "../../bench/peer.js";
import { isMain, root } from "../../tools/files.js";
import { runToEnd } from "../../tools/processes.js";
import type { FeatureResult } from "./acceptance-result.js";
import { knownFailures } from "./failure-table.js";
import { markdown, type RuntimeResult, withReport } from "./report.js";
import { type Runtime, type RuntimeSpec, runtimeSpecs } from "./runtime.js";
import { runSuite, testFiles } from "./suite.js";

const acceptanceMs = 120_000;
const documentPath = join(root, "docs", "runtimes.md");

async function accept(runtime: Runtime): Promise<FeatureResult[]> {
  const [program, ...args] = runtime.program(join(root, "dist/test/runtimes/acceptance.js"));
  const { code, output } = await runToEnd(program, [...args, "--json"], { timeoutMs: acceptanceMs, cwd: root });
  const line = output.split("\n").find((text) => text.startsWith("[{"));
  if (line !== undefined) return JSON.parse(line) as FeatureResult[];
  return [
    { name: "the program as a whole", result: "fails", why: `exit code ${code}: ${output.trim().slice(-2_000)}` },
  ];
}

export interface RunOptions {
  readonly acceptanceOnly: boolean;
  /** Parts of the paths of test files; all without. */
  readonly words: readonly string[];
  readonly say: (line: string) => void;
}

async function runOne(spec: RuntimeSpec, options: RunOptions): Promise<RuntimeResult> {
  const { say } = options;
  let runtime: Runtime;
  try {
    runtime = await spec.prepare(cacheFolder);
  } catch (error) {
    if (!(error instanceof Missing)) throw error;
    say(`${spec.name}: left out: ${error.message}`);
    return { name: spec.name, missing: error.message };
  }
  const { name, version } = runtime;
  const acceptance = await accept(runtime);
  const works = acceptance.filter(({ result }) => result === "works").length;
  say(`${name} ${version}: ${works} of ${acceptance.length} features work`);
  for (const { name: feature, result, why } of acceptance) {
    if (result !== "works") say(`  ${result}: ${feature}: ${why}`);
  }
  if (options.acceptanceOnly) return { name, version, acceptance };
  const files = testFiles(options.words);
  const suite = await runSuite(runtime, files, knownFailures, (done) => {
    if (done % 50 === 0) say(`${name}: ${done} of ${files.length} test files`);
  });
  const passed = Object.values(suite.areas).reduce((sum, area) => sum + area.passed, 0);
  say(`${name} ${version}: ${passed} tests passed, ${suite.failures.length} failed`);
  for (const { file, test, reason, message } of suite.failures) {
    say(`  ${file}: ${test}: ${reason ?? `NOT EXPLAINED: ${message}`}`);
  }
  return { name, version, acceptance, suite };
}

/** A feature that does not work, or a test that fails without a known reason. */
export function isFailed({ acceptance, suite }: RuntimeResult): boolean {
  const features = acceptance?.some(({ result }) => result === "fails") ?? false;
  return features || (suite?.failures.some(({ reason }) => reason === undefined) ?? false);
}

function chosen(only: string | undefined): RuntimeSpec[] {
  const names = only?.split(",");
  for (const name of names ?? []) {
    if (runtimeSpecs.some((spec) => spec.name === name)) continue;
    throw new Error(`--only ${name}: there are ${runtimeSpecs.map((spec) => spec.name).join(", ")}`);
  }
  return runtimeSpecs.filter(({ name }) => names === undefined || names.includes(name));
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      /** Names of runtimes, with commas. */
      only: { type: "string" },
      /** The features only, not our tests. */
      acceptance: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      /** Writes the tables of docs/runtimes.md. */
      write: { type: "boolean", default: false },
    },
  });
  if (values.write && (values.only !== undefined || values.acceptance || positionals.length > 0)) {
    throw new Error("--write writes the tables of all runtimes and tests: leave the other arguments out");
  }
  const say = (line: string): void => (values.json ? console.error(line) : console.log(line));
  const results: RuntimeResult[] = [];
  for (const spec of chosen(values.only)) {
    results.push(await runOne(spec, { acceptanceOnly: values.acceptance, words: positionals, say }));
  }
  if (values.json) console.log(JSON.stringify(results, null, 2));
  if (values.write) writeFileSync(documentPath, withReport(readFileSync(documentPath, "utf8"), markdown(results)));
  const ran = results.filter(({ version }) => version !== undefined);
  const failed = ran.filter(isFailed).length;
  say(`${ran.length - failed} passed, ${failed} failed, ${results.length - ran.length} skipped`);
  return failed > 0 ? 1 : 0;
}

if (isMain(import.meta.url)) process.exitCode = await main();
