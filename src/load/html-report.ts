import { formatBytes, formatCount, formatMs, formatNumber } from "./format.js";
import type { LatencySummary, RunSummary } from "./summary.js";
import { barChart, escapeHtml, lineChart } from "./svg-chart.js";
import type { Crossed } from "./threshold.js";

const style = `
:root { color-scheme: light dark; --ink: #1c2430; --dim: #64707f; --paper: #ffffff; --panel: #f4f6f8; --line: #d5dbe2; --a: #1f6feb; --b: #d9730d; --bad: #c62828; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e9ef; --dim: #98a4b3; --paper: #14181d; --panel: #1d232a; --line: #343d48; --a: #6ea8fe; --b: #f0a35e; --bad: #ff7b72; } }
body { margin: 0 auto; max-width: 1080px; padding: 24px; background: var(--paper); color: var(--ink); font: 15px/1.45 system-ui, sans-serif; }
h1 { font-size: 20px; margin: 0 0 4px; overflow-wrap: anywhere; } h2 { font-size: 15px; margin: 0 0 8px; } p { margin: 0 0 16px; color: var(--dim); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; margin-bottom: 16px; }
.tile, .panel { background: var(--panel); border-radius: 8px; padding: 12px 16px; } .tile b { display: block; font-size: 22px; } .tile span { color: var(--dim); font-size: 13px; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(440px, 100%), 1fr)); gap: 16px; margin-bottom: 16px; }
.panel { overflow-x: auto; margin-bottom: 16px; } .charts .panel { margin: 0; }
svg { width: 100%; height: auto; display: block; } svg text { fill: var(--dim); font: 11px system-ui, sans-serif; } .grid { stroke: var(--line); }
.line-a { stroke: var(--a); } .line-b { stroke: var(--b); } .line-a, .line-b { fill: none; stroke-width: 2; } .bar { fill: var(--a); } .key-a { fill: var(--a); } .key-b { fill: var(--b); }
table { border-collapse: collapse; width: 100%; } th, td { text-align: right; padding: 4px 8px; border-bottom: 1px solid var(--line); font-variant-numeric: tabular-nums; }
th:first-child, td:first-child, td.text { text-align: left; } td.text { overflow-wrap: anywhere; } .bad { color: var(--bad); }
`;

/** The result as one page that needs nothing else: no script, no network. */
export function htmlReport(summary: RunSummary, crossed: readonly Crossed[]): string {
  const title = `${summary.method} at ${summary.target}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<h1>${escapeHtml(title)}</h1>
<p>${escapeHtml(subtitle(summary))}</p>
${crossed.map(({ text }) => `<p class="bad">failed: ${escapeHtml(text)}</p>`).join("\n")}
<div class="tiles">
${tiles(summary)
  .map(([value, name]) => `<div class="tile"><b>${escapeHtml(value)}</b><span>${escapeHtml(name)}</span></div>`)
  .join("\n")}
</div>
<div class="charts">
${charts(summary)}
</div>
${latencyTable(summary)}
${statusTable(summary)}
</body>
</html>
`;
}

function subtitle(summary: RunSummary): string {
  const { shape, concurrency, connections, workers, ratePerSecond, startedAt, interrupted } = summary;
  const parts = [
    startedAt,
    shape.replace("_", " "),
    `${formatCount(concurrency)} in flight`,
    formatNumber(connections, "connection"),
    formatNumber(workers, "worker"),
    ...(ratePerSecond === undefined ? [] : [`planned rate ${formatCount(ratePerSecond)} calls/s`]),
    ...(interrupted ? ["interrupted"] : []),
  ];
  return parts.join(" · ");
}

function tiles(summary: RunSummary): [string, string][] {
  const { latencyMs } = summary;
  return [
    [formatCount(summary.callsPerSecond), "calls/s"],
    [formatCount(summary.calls), `calls in ${formatMs(summary.elapsedMs)}`],
    [formatCount(summary.failed), "failed"],
    [formatMs(latencyMs.p50), "median latency"],
    [formatMs(latencyMs.p99), "99 % latency"],
    ...(summary.shape === "unary"
      ? []
      : ([[formatCount(summary.messagesPerSecond), "messages/s"]] satisfies [string, string][])),
    ...(summary.unstarted === 0
      ? []
      : ([[formatCount(summary.unstarted), "due, never started"]] satisfies [string, string][])),
    [formatBytes(summary.bytesSent), "sent"],
    [formatBytes(summary.bytesReceived), "received"],
  ];
}

function charts(summary: RunSummary): string {
  const { timeline, histogram, percentiles } = summary;
  const seconds = (ms: number): string => `${Math.round(ms / 10) / 100} s`;
  const panels: [string, string][] = [
    [
      "Throughput over time",
      lineChart({
        x: timeline.map(({ atMs }) => atMs),
        formatX: seconds,
        formatY: formatCount,
        lines: [
          { name: "calls/s", values: timeline.map(({ callsPerSecond }) => callsPerSecond) },
          ...(summary.failed === 0
            ? []
            : [{ name: "failed/s", values: timeline.map(({ failedPerSecond }) => failedPerSecond) }]),
        ],
      }),
    ],
    [
      "Latency over time",
      lineChart({
        x: timeline.map(({ atMs }) => atMs),
        formatX: seconds,
        formatY: formatMs,
        lines: [
          { name: "50 %", values: timeline.map(({ p50 }) => p50) },
          { name: "99 %", values: timeline.map(({ p99 }) => p99) },
        ],
      }),
    ],
    [
      "Latency by percentile",
      lineChart({
        // The nines are equally far apart.
        x: percentiles.map(([percent]) => -Math.log10(1 - percent / 100)),
        formatX: (nines) => `${Number((100 * (1 - 10 ** -nines)).toPrecision(Math.max(2, Math.ceil(nines) + 1)))} %`,
        formatY: formatMs,
        lines: [{ name: "latency", values: percentiles.map(([, ms]) => ms) }],
      }),
    ],
    [
      "Histogram of latency",
      barChart(
        histogram.map(({ fromMs, toMs, count }) => ({ name: `${formatMs(fromMs)} - ${formatMs(toMs)}`, count })),
      ),
    ],
  ];
  return panels.map(([name, svg]) => `<div class="panel"><h2>${name}</h2>${svg}</div>`).join("\n");
}

const rows: readonly (readonly [string, keyof LatencySummary])[] = [
  ["min", "min"],
  ["mean", "mean"],
  ["standard deviation", "deviation"],
  ["50 %", "p50"],
  ["75 %", "p75"],
  ["90 %", "p90"],
  ["95 %", "p95"],
  ["99 %", "p99"],
  ["99.9 %", "p999"],
  ["99.99 %", "p9999"],
  ["max", "max"],
];

function latencyTable({ latencyMs, uncorrectedLatencyMs }: RunSummary): string {
  const plain = uncorrectedLatencyMs;
  const head =
    plain === undefined
      ? "<th>latency</th><th></th>"
      : "<th>latency</th><th>from the planned start</th><th>from the real start</th>";
  const body = rows.map(([name, key]) => {
    const second = plain === undefined ? "" : `<td>${formatMs(plain[key])}</td>`;
    return `<tr><td>${name}</td><td>${formatMs(latencyMs[key])}</td>${second}</tr>`;
  });
  return `<div class="panel"><table><thead><tr>${head}</tr></thead><tbody>${body.join("")}</tbody></table></div>`;
}

function statusTable({ statuses, calls }: RunSummary): string {
  const body = statuses.map(
    ({ name, count, firstMessage }) =>
      `<tr><td>${name}</td><td>${formatCount(count)}</td><td>${((count / calls) * 100).toFixed(2)} %</td><td class="text">${escapeHtml(firstMessage)}</td></tr>`,
  );
  const head = '<th>status</th><th>calls</th><th>share</th><th class="text">first message</th>';
  return `<div class="panel"><table><thead><tr>${head}</tr></thead><tbody>${body.join("")}</tbody></table></div>`;
}
