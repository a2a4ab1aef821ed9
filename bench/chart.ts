import { writeFileSync } from "node:fs";
import type { Peer } from "./peer.js";
import { type RowResult, ratio } from "./report.js";
import { spreadPercent } from "./statistics.js";

const width = 800;
const labelWidth = 340;
const barHeight = 22;
const rowHeight = 64;
const margin = 16;
const font = 'font-family="system-ui, sans-serif" font-size="13"';

/** How many times as good as the other ours is, whichever way is better. */
function advantage({ row }: RowResult, value: number): number {
  return row.better === "higher" ? value : 1 / value;
}

/** A bar for ours and one for the other peer in each row, drawn by how many times as good as the other each is. */
export function renderChart(results: readonly RowResult[], peers: readonly Peer[]): string {
  const [ours, theirs] = peers;
  if (ours === undefined || theirs === undefined) throw new Error("a chart compares two peers");
  const rows = results.flatMap((result) => {
    const value = ratio(result, ours.name, theirs.name);
    return value === undefined ? [] : [{ result, times: advantage(result, value) }];
  });
  const most = Math.max(1, ...rows.map(({ times }) => times));
  const scale = (width - labelWidth - 2 * margin - 60) / most;
  const bars = rows.map(({ result, times }, index) => renderRow(result, times, scale, index, ours, theirs));
  const height = rows.length * rowHeight + 2 * margin;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${ours.name} and ${theirs.name} ${theirs.version}: how many times as fast</title>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...bars,
    "</svg>\n",
  ].join("\n");
}

function renderRow(result: RowResult, times: number, scale: number, index: number, ours: Peer, theirs: Peer): string {
  const top = margin + index * rowHeight;
  const { row, summaries } = result;
  const figure = (peer: Peer): string => {
    const summary = summaries.get(peer.name);
    if (summary === undefined) return "";
    const { median } = summary;
    const text = median >= 10_000 ? `${(median / 1_000).toFixed(0)} k` : median.toFixed(0);
    return `${peer.name} ${text} ±${spreadPercent(summary).toFixed(0)} %`;
  };
  const bar = (y: number, value: number, fill: string, text: string): string =>
    `<rect x="${labelWidth}" y="${y}" width="${(value * scale).toFixed(1)}" height="${barHeight}" fill="${fill}"/>` +
    `<text x="${(labelWidth + value * scale + 6).toFixed(1)}" y="${y + 16}" ${font} fill="#333">${text}</text>`;
  const [name = "", detail = ""] = splitName(`${row.name}, ${row.unit}`);
  return [
    `<text x="${margin}" y="${top + 17}" ${font} fill="#111">${escapeText(name)}</text>`,
    `<text x="${margin}" y="${top + 17 + barHeight}" ${font} fill="#666">${escapeText(detail)}</text>`,
    bar(top, times, "#2f6fb0", `${times.toFixed(1)}x`),
    bar(top + barHeight, 1, "#b8b8b8", "1x"),
    `<text x="${labelWidth}" y="${top + 2 * barHeight + 13}" ${font} font-style="italic" fill="#666">${escapeText(
      `${figure(ours)}; ${figure(theirs)}`,
    )}</text>`,
  ].join("\n");
}

/** A row's name in two lines: what, and under which load. */
function splitName(text: string): [string, string] {
  const comma = text.indexOf(", ");
  return comma < 0 ? [text, ""] : [text.slice(0, comma), text.slice(comma + 2)];
}

function escapeText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

/** Draws the chart into a file. */
export function writeChart(path: string, results: readonly RowResult[], peers: readonly Peer[]): void {
  writeFileSync(path, renderChart(results, peers));
}
