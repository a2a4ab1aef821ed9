import type { FeatureResult } from "./acceptance-result.js";
import type { Counts, SuiteResult } from "./suite.js";

/** All that was found out about one runtime. */
export interface RuntimeResult {
  readonly name: string;
  /** Undefined where it could not be had. */
  readonly version?: string;
  readonly missing?: string;
  readonly acceptance?: readonly FeatureResult[];
  readonly suite?: SuiteResult;
}

const begin = "<!-- written by `npm run runtimes -- --write`: begin -->";
const end = "<!-- written by `npm run runtimes -- --write`: end -->";

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

function title({ name, version }: RuntimeResult): string {
  const plain = name.startsWith("node") ? "Node" : name[0]!.toUpperCase() + name.slice(1);
  return `${plain} ${version ?? ""}`.trim();
}

function acceptanceTable(results: readonly RuntimeResult[]): string {
  const names = [...new Set(results.flatMap(({ acceptance }) => (acceptance ?? []).map(({ name }) => name)))];
  const rows = names.map((name) => [
    name,
    ...results.map(({ acceptance }) => acceptance?.find((feature) => feature.name === name)?.result ?? ""),
  ]);
  return table(["", ...results.map(title)], rows);
}

function reasons(results: readonly RuntimeResult[]): string[] {
  return results.flatMap((result) =>
    (result.acceptance ?? [])
      .filter(({ why }) => why !== undefined)
      .map(({ name, result: how, why }) => `- ${title(result)}, ${name}: ${how}; ${(why ?? "").split("\n")[0]}`),
  );
}

function counted(counts: Counts | undefined): string {
  if (counts === undefined) return "";
  const { passed, failed, skipped } = counts;
  return [
    `${passed}`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
  ].join(", ");
}

function suiteTable(results: readonly RuntimeResult[]): string {
  const areas = [...new Set(results.flatMap(({ suite }) => Object.keys(suite?.areas ?? {})))];
  const byName = (a: string, b: string): number => {
    const outside = Number(a.includes("/")) - Number(b.includes("/"));
    return outside !== 0 ? outside : a < b ? -1 : 1;
  };
  const sum = (one: RuntimeResult): Counts | undefined => {
    const all = Object.values(one.suite?.areas ?? {});
    if (all.length === 0) return undefined;
    const of = (key: keyof Counts): number => all.reduce((total, counts) => total + counts[key], 0);
    return { passed: of("passed"), failed: of("failed"), skipped: of("skipped") };
  };
  const rows = areas.sort(byName).map((area) => [area, ...results.map(({ suite }) => counted(suite?.areas[area]))]);
  return table(["", ...results.map(title)], [...rows, ["all", ...results.map((one) => counted(sum(one)))]]);
}

/** Failures by their reason: one line each, with the files they are in. */
function failureLines(results: readonly RuntimeResult[]): string[] {
  const lines: string[] = [];
  for (const result of results) {
    const byReason = new Map<string, string[]>();
    for (const { reason, file, test, message } of result.suite?.failures ?? []) {
      const why = reason ?? `not explained: ${message.split("\n")[0]}`;
      byReason.set(why, [...(byReason.get(why) ?? []), `${file}: ${test}`]);
    }
    for (const [reason, tests] of byReason) {
      const files = [...new Set(tests.map((test) => test.slice(0, test.indexOf(": "))))];
      lines.push(`- ${title(result)}, ${tests.length} in \`${files.join("`, `")}\`: ${reason}`);
    }
  }
  return lines;
}

/** The part of docs/runtimes.md that is measured. */
export function markdown(results: readonly RuntimeResult[]): string {
  const had = results.filter(({ version }) => version !== undefined);
  const missing = results.filter(({ version }) => version === undefined);
  const parts = ["## What users build on", acceptanceTable(had), reasons(had).join("\n")];
  if (had.some(({ suite }) => suite !== undefined)) {
    parts.push("## The tests of this repository", "Tests that passed, by folder.", suiteTable(had));
    parts.push("### What fails, and why", failureLines(had).join("\n") || "Nothing.");
  }
  if (missing.length > 0)
    parts.push(missing.map(({ name, missing: why }) => `- ${name} was left out: ${why}`).join("\n"));
  return parts.filter((part) => part !== "").join("\n\n");
}

/** Puts the measured part into the document. */
export function withReport(document: string, report: string): string {
  const from = document.indexOf(begin);
  const to = document.indexOf(end);
  if (from < 0 || to < from) throw new Error(`the document lacks the lines "${begin}" and "${end}"`);
  return `${document.slice(0, from + begin.length)}\n\n${report}\n\n${document.slice(to)}`;
}
