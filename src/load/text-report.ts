import { formatBytes, formatCount, formatMs, formatNumber } from "./format.js";
import type { LatencySummary, RunSummary } from "./summary.js";
import type { Crossed } from "./threshold.js";

const barWidth = 40;

/** The result for a terminal. */
export function textReport(summary: RunSummary, crossed: readonly Crossed[]): string {
  const lines = [
    `${summary.method} at ${summary.target}${summary.interrupted ? ", interrupted" : ""}`,
    "",
    ...headLines(summary),
    "",
    ...latencyLines(summary),
    ...histogramLines(summary),
    ...statusLines(summary),
    ...crossed.map(({ text, metric, value }) => `failed: ${text} (${metric} is ${crossedValue(metric, value)})`),
  ];
  return `${lines.join("\n")}\n`;
}

function crossedValue(metric: string, value: number): string {
  if (metric === "errors") return value > 0 && value < 1 ? `${(value * 100).toFixed(2)} %` : formatCount(value);
  return ["unstarted", "cut", "calls", "rate"].includes(metric) ? formatCount(value) : formatMs(value);
}

function headLines(summary: RunSummary): string[] {
  const { concurrency, connections, workers, ratePerSecond, elapsedMs, failed } = summary;
  const perSecond = (count: number): string => formatBytes((count * 1_000) / Math.max(elapsedMs, 1));
  const rows: [string, string][] = [
    [
      "load",
      `${formatCount(concurrency)} in flight, ${formatNumber(connections, "connection")}, ${formatNumber(workers, "worker")}${
        ratePerSecond === undefined ? "" : `, ${formatCount(ratePerSecond)} calls/s`
      }`,
    ],
    [
      "calls",
      `${formatCount(summary.calls)} in ${formatMs(elapsedMs)}${failed > 0 ? `, ${formatCount(failed)} failed` : ""}`,
    ],
    ["throughput", `${formatCount(summary.callsPerSecond)} calls/s`],
  ];
  if (summary.shape !== "unary") {
    const { messagesSent, messagesReceived, messagesPerSecond } = summary;
    const text = `${formatCount(messagesSent)} sent, ${formatCount(messagesReceived)} received, ${formatCount(messagesPerSecond)}/s`;
    rows.push(["messages", text]);
  }
  rows.push(["sent", `${formatBytes(summary.bytesSent)}, ${perSecond(summary.bytesSent)}/s`]);
  rows.push(["received", `${formatBytes(summary.bytesReceived)}, ${perSecond(summary.bytesReceived)}/s`]);
  if (summary.unstarted > 0) {
    rows.push([
      "not started",
      `${formatCount(summary.unstarted)} calls that were due: more than ${concurrency} in flight`,
    ]);
  }
  if (summary.cut > 0) rows.push(["cut", `${formatCount(summary.cut)} calls that still ran at the end`]);
  return rows.map(([name, text]) => `  ${name.padEnd(11)} ${text}`);
}

const latencyRows: readonly (readonly [string, keyof LatencySummary])[] = [
  ["min", "min"],
  ["mean", "mean"],
  ["50 %", "p50"],
  ["75 %", "p75"],
  ["90 %", "p90"],
  ["95 %", "p95"],
  ["99 %", "p99"],
  ["99.9 %", "p999"],
  ["99.99 %", "p9999"],
  ["max", "max"],
];

function latencyLines({ latencyMs, uncorrectedLatencyMs, calls, failed }: RunSummary): string[] {
  if (calls === failed) return ["  no call ended with OK: there is no latency to tell", ""];
  const head = uncorrectedLatencyMs === undefined ? "" : "from the planned start   from the real start";
  const rows = latencyRows.map(([name, key]) => {
    const corrected = formatMs(latencyMs[key]);
    const plain = uncorrectedLatencyMs === undefined ? "" : formatMs(uncorrectedLatencyMs[key]).padStart(22);
    return `  ${name.padEnd(11)} ${corrected.padStart(10)}${plain}`;
  });
  return [`  latency     ${head}`.trimEnd(), ...rows, ""];
}

function histogramLines({ histogram }: RunSummary): string[] {
  if (histogram.length === 0) return [];
  const most = Math.max(...histogram.map(({ count }) => count));
  const rows = histogram.map(({ fromMs, toMs, count }) => {
    const bar = "#".repeat(Math.ceil((count / most) * barWidth));
    const range = `${formatMs(fromMs).padStart(8)} - ${formatMs(toMs).padStart(8)}`;
    return `  ${range}  ${formatCount(count).padStart(11)}  ${bar}`;
  });
  return [...rows, ""];
}

function statusLines({ statuses, calls }: RunSummary): string[] {
  const rows = statuses.flatMap(({ name, count, firstMessage }) => {
    const share = `${((count / calls) * 100).toFixed(2)} %`;
    const line = `  ${name.padEnd(20)} ${formatCount(count).padStart(11)}  ${share.padStart(8)}`;
    return firstMessage === "" ? [line] : [line, `    first: ${firstMessage}`];
  });
  return rows.length === 0 ? [] : [...rows, ""];
}
