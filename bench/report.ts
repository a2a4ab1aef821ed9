import { isLoss, type LineResult, ratioTo, type Verdict, verdicts } from "./results.js";
import { type Figure, type Group, groups } from "./rows/row.js";
import { type Summary, spreadPercent } from "./statistics.js";

/** A peer as the tables name it: ours first. */
export interface Column {
  readonly name: string;
  readonly version: string;
}

/** Three digits that matter, thousands as k. */
export function formatNumber(value: number): string {
  const magnitude = Math.abs(value);
  if (magnitude >= 1e6) return `${(value / 1e3).toFixed(0)} k`;
  if (magnitude >= 1e4) return `${(value / 1e3).toFixed(magnitude < 1e5 ? 1 : 0)} k`;
  return value.toFixed(magnitude >= 100 ? 0 : magnitude >= 10 ? 1 : 2);
}

function formatRatio(ratio: number): string {
  return `${ratio.toFixed(ratio < 10 ? 2 : 1)}x`;
}

/** Median and spread, and for others than ours the ratio of ours to it: bold where we lose. */
function cell(line: LineResult, ours: string, name: string): string {
  const summary = line.summaries.get(name);
  if (summary === undefined) return line.failures.has(name) ? "failed" : "-";
  const figure = formatSummary(summary);
  const ratio = name === ours ? undefined : ratioTo(line, ours, name);
  if (ratio === undefined) return figure;
  const text = formatRatio(ratio);
  return `${figure} (${isLoss(line.figure, ratio) ? `**${text}**` : text})`;
}

function formatSummary(summary: Summary): string {
  return `${formatNumber(summary.median)} ±${spreadPercent(summary).toFixed(0)} %`;
}

/** What a target asks for, such as `>= 6x grpc-js`. */
function formatTarget(figure: Figure, { target }: Verdict): string {
  if (target.kind === "most") return `<= ${target.value} ${figure.unit}`;
  if (target.kind === "above") return `<= ${target.peer} + ${target.amount} ${figure.unit}`;
  return `${figure.better === "higher" ? ">=" : "<="} ${target.factor}x ${target.peer}`;
}

function formatVerdict(figure: Figure, verdict: Verdict): string {
  const asked = formatTarget(figure, verdict);
  if (verdict.value === undefined) return `${asked}: not measured`;
  const { value, target } = verdict;
  const got = target.kind === "ratio" ? formatRatio(value) : formatNumber(value);
  return verdict.met ? `${asked}: met` : `${asked}: **MISSED, ${got}**`;
}

function renderGroup(group: Group, lines: readonly LineResult[], columns: readonly Column[]): string {
  const ours = columns[0]?.name ?? "";
  const shown = columns.filter(({ name }) => lines.some((l) => l.summaries.has(name) || l.failures.has(name)));
  const heads = shown.map(({ name, version }) => (version === "" ? name : `${name} ${version}`));
  const table = [
    ["", ...heads, "target"],
    ...lines.map((line) => [
      `${line.figure.title}, ${line.figure.unit}`,
      ...shown.map(({ name }) => cell(line, ours, name)),
      verdicts(line, ours)
        .map((verdict) => formatVerdict(line.figure, verdict))
        .join("; "),
    ]),
  ];
  return `### ${groups[group]}\n\n${renderTable(table)}`;
}

/** A Markdown table; the first line is its head. */
export function renderTable(table: readonly (readonly string[])[]): string {
  const [head = [], ...lines] = table;
  const widths = head.map((_, column) => Math.max(...table.map((line) => line[column]!.length)));
  const format = (line: readonly string[]): string =>
    `| ${line.map((text, i) => text.padEnd(widths[i]!)).join(" | ")} |`;
  const rule = `|${widths.map((width) => "-".repeat(width + 2)).join("|")}|`;
  return [format(head), rule, ...lines.map(format)].join("\n");
}

/** All tables, and below them every target that was missed and every peer that we are behind, in words. */
export function renderReport(lines: readonly LineResult[], columns: readonly Column[]): string {
  const order = Object.keys(groups) as Group[];
  const parts = order.flatMap((group) => {
    const own = lines.filter((line) => line.group === group);
    return own.length === 0 ? [] : [renderGroup(group, own, columns)];
  });
  return [...parts, ...renderShortfalls(lines, columns)].join("\n\n");
}

/** A peer that fails in many rows for one reason is told once. */
function renderFailures(lines: readonly LineResult[]): string[] {
  const rowsByReason = new Map<string, string[]>();
  for (const { figure, failures } of lines) {
    for (const why of failures.values()) {
      const reason = firstLines(why);
      rowsByReason.set(reason, [...(rowsByReason.get(reason) ?? []), figure.name]);
    }
  }
  return [...rowsByReason].map(([reason, rows]) => `- ${reason} (in ${rows.join(", ")})`);
}

/** The record keeps the whole of it. */
function firstLines(text: string): string {
  const [first = "", ...rest] = text.split("\n");
  const telling = rest.find((line) => /error/i.test(line));
  return telling === undefined ? first : `${first}: ${telling.trim()}`;
}

function renderShortfalls(lines: readonly LineResult[], columns: readonly Column[]): string[] {
  const ours = columns[0]?.name ?? "";
  const missed = lines.flatMap((line) =>
    verdicts(line, ours)
      .filter(({ met, value }) => !met && value !== undefined)
      .map((verdict) => `- ${line.figure.name}: ${formatVerdict(line.figure, verdict)}`),
  );
  const behind = lines.flatMap((line) => {
    const names = columns.slice(1).flatMap(({ name }) => {
      const ratio = ratioTo(line, ours, name);
      return ratio !== undefined && isLoss(line.figure, ratio) ? [`${name} (${formatRatio(ratio)})`] : [];
    });
    return names.length === 0 ? [] : [`- ${line.figure.name}: ${names.join(", ")}`];
  });
  const failed = renderFailures(lines);
  const notes = lines.flatMap(({ figure, note }) => (note === undefined ? [] : [`- ${figure.name}: ${note}`]));
  const section = (title: string, items: readonly string[]): string[] =>
    items.length === 0 ? [] : [`${title}\n\n${[...new Set(items)].join("\n")}`];
  return [
    ...section("Targets missed:", missed),
    ...section("Behind a peer:", behind),
    ...section("Failed:", failed),
    ...section("Notes:", notes),
  ];
}
