import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { root } from "../tools/files.js";
import { writeChart } from "./chart.js";
import { Peer } from "./peer.js";
import { canPin } from "./pin.js";
import { loadBefore, type RowResult, renderTable, writeResults } from "./report.js";
import { type Row, rows } from "./rows.js";
import { summarize } from "./statistics.js";

const { values } = parseArgs({
  options: {
    /** Three short rounds: for a look, not for a claim. */
    quick: { type: "boolean", default: false },
    /** Only rows whose name holds this. */
    row: { type: "string", default: "" },
    json: { type: "boolean", default: false },
    /** Also draws the rows into this file, as SVG. */
    chart: { type: "string", default: "" },
  },
});

const durationMs = values.quick ? 500 : 2_000;
const rounds = values.quick ? 3 : 5;
/** Pinned to one core, with its compiler threads beside it, a large code base takes seconds to reach its speed. */
const warmUpMs = values.quick ? 2_500 : 5_000;

function versionOf(path: string): string {
  return (JSON.parse(readFileSync(`${root}/${path}/package.json`, "utf8")) as { version: string }).version;
}

/** Ours first: the ratio of a row is ours to the second. */
const peers: readonly Peer[] = [
  new Peer("peregrine", versionOf("."), "peregrine"),
  new Peer("grpc-js", versionOf("node_modules/@grpc/grpc-js"), "grpc-js"),
];

/** Rounds in turns (ours, theirs, ours, theirs), so that a slow moment of the machine hits both, after a warm-up of each. */
async function runRow(row: Row): Promise<RowResult> {
  const figures = new Map<string, number[]>(peers.map((peer) => [peer.name, []]));
  for (const peer of peers) await row.run(peer, { durationMs: warmUpMs });
  for (let round = 0; round < rounds; round++) {
    for (const peer of peers) {
      figures.get(peer.name)!.push(await row.run(peer, { durationMs }));
      if (process.stderr.isTTY) process.stderr.write(`\r${row.name}: round ${round + 1}/${rounds} ${peer.name}   \r`);
    }
  }
  return { row, summaries: new Map([...figures].map(([name, all]) => [name, summarize(all)])) };
}

const results: RowResult[] = [];
const leftOut: string[] = [];
try {
  for (const row of rows.filter(({ name }) => name.includes(values.row))) {
    if (row.leftOut === undefined) results.push(await runRow(row));
    else leftOut.push(`${row.name}: ${row.leftOut}`);
    for (const peer of peers) await peer.stop();
  }
} finally {
  for (const peer of peers) await peer.stop();
}
if (values.chart !== "") writeChart(values.chart, results, peers);
const path = writeResults(results, leftOut, peers);
console.log(values.json ? readFileSync(path, "utf8") : renderTable(results, peers));
if (loadBefore > 0.3)
  console.log(`The machine was busy before (load ${loadBefore.toFixed(1)}): take no figure from this run.`);
if (!canPin) console.log("The processes were not pinned to cores: two cores and taskset are needed.");
for (const line of leftOut) console.log(`left out: ${line}`);
if (!values.json)
  console.log(`\n${rounds} rounds of ${durationMs} ms, median and half of the range; written to ${path}`);
