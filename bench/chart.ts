import { writeFileSync } from "node:fs";
import type { Run } from "./record.js";
import { formatNumber } from "./report.js";
import { type LineResult, ratioTo } from "./results.js";

/** The rows that say most, in the order of the chart. */
const drawn: readonly string[] = ["unary-server", "unary-pair", "latency-p50", "server-stream", "bidi", "large-unary"];

const width = 800;
const labelWidth = 150;
const barHeight = 16;
const barStep = 20;
const titleHeight = 30;
const margin = 16;
const font = 'font-family="system-ui, sans-serif"';

interface Bar {
  readonly name: string;
  readonly median: number;
  /** How many times as good ours is. */
  readonly times: number | undefined;
}

/** Ours in front of each peer, whichever way is better. */
function advantage(line: LineResult, ours: string, peer: string): number | undefined {
  const ratio = ratioTo(line, ours, peer);
  if (ratio === undefined) return undefined;
  return line.figure.better === "higher" ? ratio : 1 / ratio;
}

/** A panel for each of the main rows that were measured, with a bar as long as the figure for each peer. */
export function renderChart(run: Pick<Run, "lines" | "columns">): string {
  const lines = drawn.flatMap((name) => run.lines.filter(({ figure }) => figure.name === name));
  let top = margin;
  const panels: string[] = [];
  for (const line of lines) {
    const bars = barsOf(
      line,
      run.columns.map(({ name }) => name),
    );
    panels.push(renderPanel(line, bars, top));
    top += titleHeight + bars.length * barStep + margin;
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${top}" viewBox="0 0 ${width} ${top}" role="img">`,
    "<title>Peregrine and its peers in figures</title>",
    `<rect width="${width}" height="${top}" fill="#ffffff"/>`,
    ...panels,
    "</svg>\n",
  ].join("\n");
}

/** Every peer that has a figure: none is left away because it is better. */
function barsOf(line: LineResult, names: readonly string[]): Bar[] {
  const ours = names[0] ?? "";
  return names.flatMap((name) => {
    const median = line.summaries.get(name)?.median;
    if (median === undefined) return [];
    return [{ name, median, times: name === ours ? undefined : advantage(line, ours, name) }];
  });
}

function renderPanel(line: LineResult, bars: readonly Bar[], top: number): string {
  const { figure, group } = line;
  const most = Math.max(...bars.map(({ median }) => median));
  const scale = (width - labelWidth - margin - 180) / most;
  const title = `${panelTitles[group] ?? ""}${figure.title}`;
  const better = `${figure.unit}, ${figure.better} is better`;
  return [
    `<text x="${margin}" y="${top + 16}" ${font} font-size="14" font-weight="600" fill="#111">${escapeText(title)}` +
      `<tspan dx="8" font-weight="400" font-size="12" fill="#666"> ${escapeText(better)}</tspan></text>`,
    ...bars.map((bar, index) => renderBar(bar, top + titleHeight + index * barStep, scale, index === 0)),
  ].join("\n");
}

/** Said before a title that would not tell alone. */
const panelTitles: Readonly<Partial<Record<LineResult["group"], string>>> = {
  server: "Server, ",
  pair: "Client and server, unary, ",
  stream: "Client and server, 100-byte messages, ",
  large: "Client and server, 1 MiB messages, ",
};

function renderBar({ name, median, times }: Bar, y: number, scale: number, own: boolean): string {
  const length = median * scale;
  const factor = times === undefined ? "" : ` (ours ${times.toFixed(times < 10 ? 1 : 0)}x as good)`;
  return (
    `<text x="${labelWidth - 8}" y="${y + 12}" ${font} font-size="12" text-anchor="end" fill="#333">${escapeText(name)}</text>` +
    `<rect x="${labelWidth}" y="${y}" width="${length.toFixed(1)}" height="${barHeight}" fill="${own ? "#2f6fb0" : "#b8b8b8"}"/>` +
    `<text x="${(labelWidth + length + 6).toFixed(1)}" y="${y + 12}" ${font} font-size="12" fill="#333">` +
    `${escapeText(formatNumber(median) + factor)}</text>`
  );
}

function escapeText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

/** Draws the chart into a file. */
export function writeChart(path: string, run: Run): void {
  writeFileSync(path, renderChart(run));
}
