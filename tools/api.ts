import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { dirname, normalize } from "node:path/posix";
import { isMain, root } from "./files.js";
import { type Api, apiOf, type ReadModule } from "./reachable.js";

const snapshotPath = join(root, "tools/api-snapshot.txt");

interface Manifest {
  readonly exports: Readonly<Record<string, string | { readonly import: { readonly types: string } }>>;
}

/**
 * The public API as it is built now.
 *
 * @param change what to read instead of the text of a declaration file, for tests
 */
export function readApi(change = (_path: string, text: string): string => text): Api {
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Manifest;
  const entries = new Map<string, string>();
  for (const [entry, value] of Object.entries(manifest.exports)) {
    if (typeof value !== "string") entries.set(`peregrine${entry.slice(1)}`, normalize(value.import.types));
  }
  return apiOf(entries, (specifier, from) => {
    const module = readModule(specifier, from);
    return module === undefined ? undefined : { path: module.path, text: change(module.path, module.text) };
  });
}

/** A declaration file by its path from the root, or by an import from another one. */
const readModule: ReadModule = (specifier, from) => {
  if (from !== undefined && !specifier.startsWith(".")) return undefined;
  const path = from === undefined ? specifier : normalize(`${dirname(from)}/${specifier.replace(/\.js$/, ".d.ts")}`);
  if (!existsSync(join(root, path))) throw new Error(`${path} does not exist${from === undefined ? "" : ` (${from})`}`);
  return { path, text: readFileSync(join(root, path), "utf8") };
};

/**
 * The API as text, in sections: for each entry of package.json its exported names and their kinds, then the full declaration of
 * each thing that can be reached from there.
 */
export function describeApi({ entries, declarations }: Api): string {
  const sections = entries.map(({ name, lines }) => `# ${name}\n${lines.join("\n")}\n`);
  const texts = [...declarations].map(([name, text]) => `## ${name}\n${text}\n`);
  return [...sections, ...texts].join("\n");
}

/**
 * What differs between two texts of `describeApi`: lines with their section, `-` for those that are gone and `+` for new ones. A
 * section whose lines have only changed places, such as overloads, is listed whole.
 */
export function compareApi(before: string, now: string): string[] {
  const old = sectionsOf(before);
  const current = sectionsOf(now);
  const difference: string[] = [];
  for (const name of new Set([...old.keys(), ...current.keys()])) {
    const was = old.get(name) ?? [];
    const is = current.get(name) ?? [];
    if (was.join("\n") === is.join("\n")) continue;
    const gone = without(was, is);
    const added = without(is, was);
    const moved = gone.length === 0 && added.length === 0;
    difference.push(`${name}:`);
    difference.push(...(moved ? was : gone).map((line) => `- ${line}`));
    difference.push(...(moved ? is : added).map((line) => `+ ${line}`));
  }
  return difference;
}

/** The sections of a text of `describeApi`, by their titles. */
export function sectionsOf(text: string): Map<string, string[]> {
  const sections = new Map<string, string[]>();
  let lines: string[] = [];
  for (const line of text.split("\n")) {
    if (/^##? /.test(line)) {
      lines = [];
      sections.set(line.replace(/^#+ /, ""), lines);
    } else if (line !== "") lines.push(line);
  }
  return sections;
}

/** The lines that `other` does not have, or not as often. */
function without(lines: readonly string[], other: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const line of other) left.set(line, (left.get(line) ?? 0) + 1);
  return lines.filter((line) => {
    const count = left.get(line) ?? 0;
    left.set(line, count - 1);
    return count <= 0;
  });
}

/** Compares the API with the snapshot in the repository; prints the difference. Gives an exit code. */
export function checkApi(): number {
  const before = existsSync(snapshotPath) ? readFileSync(snapshotPath, "utf8") : "";
  const difference = compareApi(before, describeApi(readApi()));
  for (const line of difference) console.error(line);
  if (difference.length === 0) return 0;
  console.error("The public API has changed. When that is meant: npm run api -- --write");
  return 1;
}

if (isMain(import.meta.url)) {
  if (process.argv.includes("--write")) writeFileSync(snapshotPath, describeApi(readApi()));
  else process.exitCode = checkApi();
}
