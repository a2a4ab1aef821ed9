import { isTestFile, listFiles, root } from "../files.js";
import { coverageOf, covers, type TestCoverage } from "./coverage.js";
import { reasonOf } from "./harmless-table.js";
import { type Mutation, mutationsOf } from "./mutations.js";
import { type MutateOptions, readOptions } from "./options.js";
import { runTests } from "./run-node.js";
import { sample } from "./sample.js";
import { Workspace } from "./workspace.js";

// Breaks the compiled code in one place at a time and runs the tests that run this place, until one fails. What no test
// notices is listed: a missing test, or a change that changes nothing.

/** As many as the machine has that this is timed on. */
const workers = 2;
/** A test file that takes longer by itself is left out: each survivor would cost that much. */
const testMsMax = 20_000;
/** A mutation may make an endless loop; tests get this many times what they take, each by itself. */
const patience = 3;
/** Test files that run in one process. */
const groupMax = 24;

interface Candidate extends Mutation {
  readonly path: string;
}

interface Outcome {
  readonly candidate: Candidate;
  /** The test files of which one noticed, or undefined. */
  readonly by: string | undefined;
  /** Why no test can notice, where that is known. */
  readonly reason: string | undefined;
  readonly tests: number;
}

/** Takes items one by one, `workers` at a time. */
async function inTurns<T>(items: readonly T[], work: (item: T, worker: number) => Promise<void>): Promise<void> {
  let next = 0;
  const run = async (worker: number): Promise<void> => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) await work(item, worker);
  };
  await Promise.all(Array.from({ length: workers }, (_, worker) => run(worker)));
}

/** Test files of the chosen folders, and those that cross folders. */
function testFiles({ folders }: MutateOptions): string[] {
  const own = folders.flatMap((folder) => listFiles(root, `src/${folder}`, [".test.ts"]));
  const crossing = ["bad-input", "client", "peers", "server", "specification", "testing"].flatMap((folder) =>
    listFiles(root, `test/${folder}`, [".test.ts"]),
  );
  return [...own, ...crossing].map((path) => path.replace(/\.ts$/, ".js"));
}

async function coverAll(workspaces: readonly Workspace[], tests: readonly string[]): Promise<TestCoverage[]> {
  const found: TestCoverage[] = [];
  await inTurns(tests, async (test, worker) => {
    const coverage = await coverageOf((workspaces[worker] as Workspace).dist, test, testMsMax);
    if (coverage === undefined) console.log(`left out: ${test} fails by itself or takes longer than ${testMsMax} ms`);
    else found.push(coverage);
  });
  return found;
}

function candidatesOf(workspace: Workspace, { folders }: MutateOptions): Candidate[] {
  const files = folders.flatMap((folder) => listFiles(root, `src/${folder}`, [".ts"]));
  return files
    .filter((file) => !isTestFile(file) && !/\.fixture\.|_pb\.ts$|table\.ts$/.test(file))
    .map((file) => file.replace(/\.ts$/, ".js"))
    .flatMap((path) => mutationsOf(workspace.read(path)).map((mutation) => ({ ...mutation, path })));
}

/** The first test file by itself, since it notices most; then more and more of them at a time. */
function groupsOf(tests: readonly TestCoverage[]): TestCoverage[][] {
  const groups: TestCoverage[][] = [];
  let size = 1;
  for (let at = 0; at < tests.length; ) {
    groups.push(tests.slice(at, at + size));
    at += size;
    size = Math.min(size * 3, groupMax);
  }
  return groups;
}

/** Runs the tests of a place, those beside it and the quick ones first. */
async function tryOne(workspace: Workspace, candidate: Candidate, coverage: readonly TestCoverage[]): Promise<Outcome> {
  const { path, start } = candidate;
  const base = path.replace(/\.js$/, ".");
  const folder = path.slice(0, path.lastIndexOf("/") + 1);
  const rank = ({ test, durationMs }: TestCoverage): number =>
    durationMs + (test.startsWith(base) ? 0 : test.startsWith(folder) ? 1e6 : 2e6);
  const tests = coverage.filter((one) => covers(one, path, start)).sort((a, b) => rank(a) - rank(b));
  const by = await workspace.with(path, candidate, async () => {
    for (const group of groupsOf(tests)) {
      const usualMs = group.reduce((sum, { durationMs }) => sum + durationMs, 0);
      const files = group.map(({ test }) => test);
      if ((await runTests(workspace.dist, files, Math.max(10_000, usualMs * patience))).failed) return files.join(" ");
    }
    return undefined;
  });
  const reason = by === undefined ? reasonOf(path, lineOf(workspace, candidate), candidate.kind) : undefined;
  return { candidate, by, reason, tests: tests.length };
}

function describe(workspace: Workspace, { candidate, tests }: Outcome): string {
  const { path, start, kind } = candidate;
  const line = workspace.read(path).slice(0, start).split("\n").length;
  return `dist/${path}:${line}: ${kind}\n    ${lineOf(workspace, candidate)}\n    ${tests} test files run it`;
}

function lineOf(workspace: Workspace, { path, start }: Candidate): string {
  const code = workspace.read(path);
  return (code.slice(code.lastIndexOf("\n", start - 1) + 1).split("\n")[0] as string).trim();
}

/** Prints how each folder did. Gives the share that was caught, of those that change something. */
function printShares(outcomes: readonly Outcome[]): number {
  const byFolder = new Map<string, Outcome[]>();
  for (const outcome of outcomes) {
    const folder = outcome.candidate.path.split("/")[1] as string;
    byFolder.set(folder, [...(byFolder.get(folder) ?? []), outcome]);
  }
  const row = (name: string, some: readonly Outcome[]): number => {
    const caught = some.filter(({ by }) => by !== undefined).length;
    const equivalent = some.filter(({ reason }) => reason !== undefined).length;
    const share = caught / Math.max(1, some.length - equivalent);
    const cells = [some.length, caught, equivalent].map((count) => String(count).padStart(10));
    console.log(`${name.padEnd(12)}${cells.join("")}${(share * 100).toFixed(1).padStart(8)} %`);
    return share;
  };
  console.log("\nfolder           tried    caught  harmless     share");
  for (const [folder, some] of [...byFolder].sort(([a], [b]) => (a < b ? -1 : 1))) row(folder, some);
  return row("all", outcomes);
}

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  const workspaces = Array.from({ length: workers }, (_, worker) => new Workspace(String(worker)));
  const [first] = workspaces as [Workspace];
  const coverage = await coverAll(workspaces, testFiles(options));
  const all = candidatesOf(first, options);
  const chosen = sample(all, options.sample, options.seed);
  console.log(`${chosen.length} of ${all.length} mutations, seed ${options.seed}, ${coverage.length} test files`);
  const outcomes: Outcome[] = [];
  await inTurns(chosen, async (candidate, worker) => {
    const workspace = workspaces[worker] as Workspace;
    const outcome = await tryOne(workspace, candidate, coverage);
    outcomes.push(outcome);
    if (outcome.by !== undefined) return;
    const { reason } = outcome;
    console.log(`${reason === undefined ? "survived" : `harmless (${reason})`}: ${describe(workspace, outcome)}`);
  });
  const share = printShares(outcomes);
  if (share >= options.least) return 0;
  console.error(`less than ${options.least * 100} % were caught`);
  return 1;
}

process.exitCode = await main();
