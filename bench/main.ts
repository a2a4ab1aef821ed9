import { type Request, readArguments, UsageError } from "./arguments.js";
import { type Baseline, check, ratiosOf, readBaseline, renderChecked, writeBaseline } from "./baseline.js";
import { cacheFolder } from "./cache.js";
import { ours, peerSpecs } from "./catalogue.js";
import { writeChart } from "./chart.js";
import { checkOut } from "./checkout.js";
import { renderComparison } from "./compare.js";
import { nodeLines, nodeOf, type Runtime } from "./install-node.js";
import { Missing } from "./peer.js";
import { canPin } from "./pin.js";
import { circumstances, type Run, recordOf, writeRecord } from "./record.js";
import { renderReport, renderTable } from "./report.js";
import { renderRuntimes } from "./report-runtimes.js";
import type { LineResult } from "./results.js";
import { rows } from "./rows/index.js";
import type { Row } from "./rows/row.js";
import { fullPace, type Pace, type Progress, quickPace, runRows } from "./run.js";
import { openComparison, openSession, type Session } from "./session.js";

/** A machine with more to do than this, on average, gives no figure to rely on. */
const loadMax = 0.3;
/** Rows that have failed a check are run again so many times before they count. */
const repeatsMax = 3;

const progress: Progress = process.stderr.isTTY ? (text) => void process.stderr.write(`\r\x1b[K${text}`) : () => {};
const thisNode: Runtime = { version: process.versions.node, path: process.execPath };

function paceOf({ quick, rounds }: Request): Pace {
  const pace = quick ? quickPace : fullPace;
  return rounds === undefined ? pace : { ...pace, rounds };
}

function selectedRows({ rows: names }: Request): readonly Row[] {
  return rows.filter(({ name }) => names.includes(name));
}

function listAll(): string {
  const rowTable = rows.flatMap(({ name, figures }) => figures.map(({ title, unit }) => [name, title, unit]));
  const peerTable = peerSpecs.map(({ name, what }) => [name, what]);
  return `${renderTable([["row", "what", "unit"], ...rowTable])}\n\n${renderTable([["peer", "what"], ...peerTable])}`;
}

/** Runs rows with the peers of a session, which is closed. */
async function runSession(session: Session, selected: readonly Row[], pace: Pace, node: string): Promise<Run> {
  const before = circumstances(node);
  try {
    const lines = await runRows(selected, session.peers, pace, progress);
    const columns = session.peers.map(({ name, programs }) => ({ name, version: programs.version }));
    const rowsLeftOut = selected.flatMap(({ name, leftOut }) => (leftOut === undefined ? [] : [`${name}: ${leftOut}`]));
    return { circumstances: before, pace, columns, lines, leftOut: [...session.leftOut, ...rowsLeftOut] };
  } finally {
    await session.close();
    progress("");
  }
}

async function runOn(runtime: Runtime, request: Request): Promise<Run> {
  const session = await openSession(request.peers, runtime.path, progress);
  return runSession(session, selectedRows(request), paceOf(request), runtime.version);
}

/** Prints tables or JSON, and writes the record. */
function conclude(run: Run, request: Request, tables: string): void {
  const record = recordOf(run);
  const { date, node, loadBefore } = run.circumstances;
  const path = writeRecord(record, `${date.slice(0, 19)}-node-${node}`);
  if (request.json) return void console.log(JSON.stringify(record, null, 2));
  console.log(`${tables}\n`);
  for (const line of run.leftOut) console.log(`left out: ${line}`);
  if (loadBefore > loadMax) {
    console.log(`The machine was busy before (load ${loadBefore.toFixed(1)}): take no figure from this run.`);
  }
  if (!canPin) console.log("The processes were not pinned to cores: two cores and taskset are needed.");
  const { rounds, durationMs, quick } = run.pace;
  const how = quick ? "short rounds, for a look" : `${rounds} rounds of ${durationMs} ms`;
  console.log(`Node ${node}; ${how}: median ± half of the range (ratio of ours to it). Written to ${path}`);
}

async function bench(request: Request): Promise<number> {
  const run = await runOn(thisNode, request);
  if (request.chart !== undefined) writeChart(request.chart, run);
  conclude(run, request, renderReport(run.lines, run.columns));
  if (request.writeBaseline) writeBaseline(baselineOf(run));
  return run.lines.some(({ failures }) => failures.has(ours)) ? 1 : 0;
}

function baselineOf({ circumstances: { revision, node, cpu }, pace: { quick }, lines }: Run): Baseline {
  return { revision, node, cpu, quick, ratios: ratiosOf(lines, ours) };
}

async function compareWith(revision: string, request: Request): Promise<number> {
  progress(`${revision}: built`);
  const before = await checkOut(revision);
  const now = "this work tree";
  const session = await openComparison(now, before, thisNode.path);
  const run = await runSession(session, selectedRows(request), paceOf(request), thisNode.version);
  conclude(run, request, renderComparison(run.lines, now, before.name));
  return 0;
}

/** A row that fails is run again, and only counts when it fails each time: machines are noisy. */
async function checkAll(request: Request): Promise<number> {
  const baseline = readBaseline(request.quick);
  const run = await runOn(thisNode, request);
  conclude(run, request, renderReport(run.lines, run.columns));
  let checked = check(baseline, run.lines, ours);
  for (let left = repeatsMax; left > 0; left--) {
    const suspects = new Set(checked.filter(({ lost }) => lost).map(({ figure }) => figure));
    if (suspects.size === 0) break;
    console.log(`Again: ${[...suspects].join(", ")}`);
    const again = check(baseline, await runAgain(request, suspects), ours);
    checked = checked.map((one) => again.find(({ figure }) => figure === one.figure) ?? one);
  }
  console.log(renderChecked(checked));
  return checked.some(({ lost }) => lost) ? 1 : 0;
}

async function runAgain(request: Request, figures: ReadonlySet<string>): Promise<readonly LineResult[]> {
  const suspected = selectedRows(request).filter((row) => row.figures.some(({ name }) => figures.has(name)));
  const session = await openSession(request.peers, thisNode.path, progress);
  const { lines } = await runSession(session, suspected, paceOf(request), thisNode.version);
  return lines.filter(({ figure }) => figures.has(figure.name));
}

async function benchRuntimes(request: Request): Promise<number> {
  const runs: { node: string; lines: readonly LineResult[] }[] = [];
  for (const line of nodeLines) {
    progress(`Node ${line}: installed`);
    try {
      const runtime = await nodeOf(line, cacheFolder);
      const run = await runOn(runtime, request);
      conclude(run, request, `## Node ${runtime.version}\n\n${renderReport(run.lines, run.columns)}`);
      runs.push({ node: runtime.version, lines: run.lines });
    } catch (error) {
      if (!(error instanceof Missing)) throw error;
      console.log(`left out: ${error.message}`);
    }
  }
  if (!request.json) console.log(`\n## Ours on each\n\n${renderRuntimes(runs, ours)}`);
  return 0;
}

async function main(args: readonly string[]): Promise<number> {
  const choices = { rows: rows.map(({ name }) => name), peers: peerSpecs.map(({ name }) => name) };
  const request = readArguments(args, choices);
  if (request.list) {
    console.log(listAll());
    return 0;
  }
  if (request.compare !== undefined) return compareWith(request.compare, request);
  if (request.check) return checkAll(request);
  if (request.runtimes) return benchRuntimes(request);
  return bench(request);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
