import assert from "node:assert/strict";
import { test } from "node:test";
import { renderChart } from "./chart.js";
import { lineOf } from "./lines.testing.js";

const columns = ["ours", "theirs", "b<tter"].map((name) => ({ name, version: "" }));

test("bars are as long as the figures, factors are ours, and who is better is drawn too", () => {
  const lines = [
    lineOf({ name: "unary-pair", title: "pair" }, { ours: 400, theirs: 100, "b<tter": 800 }),
    lineOf({ name: "latency-p50", title: "latency", better: "lower", unit: "us" }, { ours: 20, theirs: 100 }),
    lineOf({ name: "not-drawn", title: "not drawn" }, { ours: 1, theirs: 1 }),
  ];
  const svg = renderChart({ lines, columns });
  const widths = [...svg.matchAll(/<rect x="150" y="\d+" width="([\d.]+)"/g)].map(([, text]) => Number(text));
  assert.equal(widths.length, 5);
  assert.ok(Math.abs(widths[0]! / widths[1]! - 4) < 0.01, `${widths}`);
  assert.ok(Math.abs(widths[2]! / widths[0]! - 2) < 0.01, `${widths}`);
  assert.ok(Math.abs(widths[4]! / widths[3]! - 5) < 0.01, `${widths}`);
  assert.deepEqual(
    [...svg.matchAll(/\(ours ([\d.]+x) as good\)/g)].map(([, text]) => text),
    ["4.0x", "0.5x", "5.0x"],
  );
  assert.ok(svg.includes("b&lt;tter") && !svg.includes("not drawn"));
});
