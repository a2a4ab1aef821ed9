import assert from "node:assert/strict";
import { test } from "node:test";
import { renderChart } from "./chart.js";
import { Peer } from "./peer.js";
import type { RowResult } from "./report.js";
import { summarize } from "./statistics.js";

const ours = new Peer("ours", "1.0.0", "ours");
const theirs = new Peer("theirs", "2.0.0", "theirs");

function result(name: string, better: "higher" | "lower", own: number, other: number): RowResult {
  const row = { name, unit: "calls/s", better, target: 1, run: () => Promise.resolve(0) };
  return {
    row,
    summaries: new Map([
      ["ours", summarize([own])],
      ["theirs", summarize([other])],
    ]),
  };
}

test("bars are as long as we are better, whichever way is better, and losses are drawn", () => {
  const svg = renderChart(
    [result("throughput", "higher", 400, 100), result("latency", "lower", 20, 100), result("lost <1>", "higher", 1, 2)],
    [ours, theirs],
  );
  assert.deepEqual(
    [...svg.matchAll(/>([\d.]+x)</g)].map(([, text]) => text),
    ["4.0x", "1x", "5.0x", "1x", "0.5x", "1x"],
  );
  assert.match(svg, /lost &lt;1>/);
  const widths = [...svg.matchAll(/<rect x="\d+" y="\d+" width="([\d.]+)"/g)].map(([, text]) => Number(text));
  assert.ok(Math.abs(widths[0]! / widths[1]! - 4) < 0.1, `${widths}`);
  assert.ok(Math.abs(widths[4]! / widths[5]! - 0.5) < 0.1, `${widths}`);
});
