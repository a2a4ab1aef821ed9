import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { listFiles, root } from "../../tools/files.js";
import { runToEnd } from "../../tools/processes.js";
import type { KnownFailure } from "./failure-table.js";
import { parseJunit } from "./junit.js";
import type { Runtime } from "./runtime.js";

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export interface Failure {
  readonly file: string;
  readonly test: string;
  readonly message: string;
  /** Why it fails, where that is known. */
  readonly reason?: string;
}

export interface SuiteResult {
  readonly areas: Readonly<Record<string, Counts>>;
  readonly failures: readonly Failure[];
}

const fileMs = 150_000;
const atATime = 2;
const messageMax = 500;

/** The test files of what users run; those of the benchmark and of our tools are about this repository. */
export function testFiles(words: readonly string[]): string[] {
  const all = ["src", "test"].flatMap((folder) => listFiles(root, folder, [".test.ts"]));
  return all.filter((path) => words.length === 0 || words.some((word) => path.includes(word)));
}

/** `codec` for `src/codec/x.test.ts`, `test/peers` for what is below, `entries` for files directly in `src/`. */
export function areaOf(path: string): string {
  const [top, folder = "", ...rest] = path.split("/");
  if (top === "src") return rest.length === 0 ? "entries" : folder;
  return `${top}/${folder}`;
}

function reasonFor(runtime: string, file: string, test: string, known: readonly KnownFailure[]): string | undefined {
  return known.find(
    (one) =>
      one.runtimes.some((name) => runtime === name || (name === "node" && runtime.startsWith("node"))) &&
      file.includes(one.file) &&
      (one.test === undefined || one.test.test(test)),
  )?.reason;
}

interface FileResult extends Counts {
  readonly file: string;
  readonly failures: readonly Failure[];
}

/** Runs one test file. What fails without a test that failed counts as one failure of the whole file. */
async function runFile(
  runtime: Runtime,
  file: string,
  folder: string,
  known: readonly KnownFailure[],
): Promise<FileResult> {
  const resultFile = join(folder, `${file.replaceAll("/", "_")}.xml`);
  const [program, ...args] = runtime.tests(`dist/${file.replace(/\.ts$/, ".js")}`, resultFile);
  const { code, output } = await runToEnd(program, args, { timeoutMs: fileMs, cwd: root, env: { NO_COLOR: "1" } });
  const tests = existsSync(resultFile) ? parseJunit(readFileSync(resultFile, "utf8")) : [];
  const failed = tests
    .filter(({ result }) => result === "failed")
    .map(({ name, message }) => ({ test: name, message: message === "" ? errorIn(output) : message }));
  if (failed.length === 0 && (code !== 0 || tests.length === 0)) {
    failed.push({ test: "(the whole file)", message: `exit code ${code}: ${errorIn(output)}` });
  }
  const failures = failed.map(({ test, message }): Failure => {
    const reason = reasonFor(runtime.name, file, test, known);
    return { file, test, message: message.slice(0, messageMax), ...(reason === undefined ? {} : { reason }) };
  });
  return {
    file,
    passed: tests.filter(({ result }) => result === "passed").length,
    failed: failures.length,
    skipped: tests.filter(({ result }) => result === "skipped").length,
    failures,
  };
}

/** The line of a runner's output that most likely says what went wrong. */
function errorIn(output: string): string {
  const lines = output.split("\n").map((line) => line.trim());
  return lines.find((line) => /\b\w*Error\b.*:/.test(line)) ?? lines.filter((line) => line !== "").at(-1) ?? "";
}

/** Runs test files on a runtime, each in a process of its own, and counts by area. */
export async function runSuite(
  runtime: Runtime,
  files: readonly string[],
  known: readonly KnownFailure[],
  onFile: (done: number) => void,
): Promise<SuiteResult> {
  const base = join(root, ".cache", "runtimes");
  mkdirSync(base, { recursive: true });
  const folder = mkdtempSync(join(base, `${runtime.name}-`));
  const results: FileResult[] = [];
  const waiting = [...files];
  const work = async (): Promise<void> => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      results.push(await runFile(runtime, file, folder, known));
      onFile(results.length);
    }
  };
  await Promise.all(Array.from({ length: atATime }, work));
  rmSync(folder, { recursive: true });
  return summarize(results);
}

export function summarize(results: readonly FileResult[]): SuiteResult {
  const areas: Record<string, Counts> = {};
  for (const { file, passed, failed, skipped } of results) {
    const area = areaOf(file);
    const before = areas[area] ?? { passed: 0, failed: 0, skipped: 0 };
    areas[area] = {
      passed: before.passed + passed,
      failed: before.failed + failed,
      skipped: before.skipped + skipped,
    };
  }
  const failures = results.flatMap((result) => result.failures);
  return { areas, failures: failures.sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0)) };
}
