import { type Request, readArguments, UsageError } from "./arguments.js";
import { peerSpecs } from "./catalogue.js";
import { writeChart } from "./chart.js";
import { canPin } from "./pin.js";
import { circumstances, type Run, recordOf, writeRecord } from "./record.js";
import { type Column, renderReport, renderTable } from "./report.js";
import { rows } from "./rows/index.js";
import { fullPace, type Pace, type Progress, quickPace, runRows } from "./run.js";
import { openSession } from "./session.js";

/** A machine with more to do than this, on average, gives no figure to rely on. */
const loadMax = 0.3;

const progress: Progress = process.stderr.isTTY ? (text) => void process.stderr.write(`\r\x1b[K${text}`) : () => {};

function paceOf(request: Request): Pace {
  const pace = request.quick ? quickPace : fullPace;
  return request.rounds === undefined ? pace : { ...pace, rounds: request.rounds };
}

function listAll(): string {
  const rowTable = rows.flatMap(({ name, figures }) => figures.map(({ title, unit }) => [name, title, unit]));
  const peerTable = peerSpecs.map(({ name, what }) => [name, what]);
  return `${renderTable([["row", "what", "unit"], ...rowTable])}\n\n${renderTable([["peer", "what"], ...peerTable])}`;
}

async function runAll(request: Request, node: string, nodeVersion: string): Promise<Run> {
  const before = circumstances(nodeVersion);
  const selected = rows.filter(({ name }) => request.rows.includes(name));
  const session = await openSession(request.peers, node, progress);
  try {
    const pace = paceOf(request);
    const lines = await runRows(selected, session.peers, pace, progress);
    const columns: Column[] = session.peers.map(({ name, programs }) => ({ name, version: programs.version }));
    const rowsLeftOut = selected.flatMap(({ name, leftOut }) => (leftOut === undefined ? [] : [`${name}: ${leftOut}`]));
    return { circumstances: before, pace, columns, lines, leftOut: [...session.leftOut, ...rowsLeftOut] };
  } finally {
    await session.close();
    progress("");
  }
}

function printRun(run: Run, json: boolean): void {
  const record = recordOf(run);
  const { date, node, loadBefore } = run.circumstances;
  const path = writeRecord(record, `${date.slice(0, 19)}-node-${node}`);
  if (json) return void console.log(JSON.stringify(record, null, 2));
  console.log(renderReport(run.lines, run.columns));
  console.log();
  for (const line of run.leftOut) console.log(`left out: ${line}`);
  if (loadBefore > loadMax) {
    console.log(`The machine was busy before (load ${loadBefore.toFixed(1)}): take no figure from this run.`);
  }
  if (!canPin) console.log("The processes were not pinned to cores: two cores and taskset are needed.");
  const { rounds, durationMs, quick } = run.pace;
  const how = quick ? "short rounds, for a look" : `${rounds} rounds of ${durationMs} ms`;
  console.log(`Node ${node}; ${how}: median ± half of the range (ratio of ours to it). Written to ${path}`);
}

async function main(args: readonly string[]): Promise<number> {
  const choices = { rows: rows.map(({ name }) => name), peers: peerSpecs.map(({ name }) => name) };
  const request = readArguments(args, choices);
  if (request.list) {
    console.log(listAll());
    return 0;
  }
  const run = await runAll(request, process.execPath, process.versions.node);
  if (request.chart !== undefined) writeChart(request.chart, run);
  printRun(run, request.json);
  return 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
