import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { dirname, normalize } from "node:path/posix";
import { apiOf, type ReadModule } from "./declarations.js";
import { isMain, root } from "./files.js";

const snapshotPath = join(root, "tools/api-snapshot.txt");

interface Manifest {
  readonly exports: Readonly<Record<string, string | { readonly import: { readonly types: string } }>>;
}

/** The public API as text: for each entry of package.json its exported names, their kinds and their members. */
export function describeApi(): string {
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Manifest;
  const sections: string[] = [];
  for (const [entry, value] of Object.entries(manifest.exports)) {
    if (typeof value === "string") continue;
    sections.push(`# peregrine${entry.slice(1)}`, ...apiOf(normalize(value.import.types), readModule), "");
  }
  return sections.join("\n");
}

/** A declaration file by its path from the root, or by an import from another one. */
const readModule: ReadModule = (specifier, from) => {
  if (from !== undefined && !specifier.startsWith(".")) return undefined;
  const path = from === undefined ? specifier : normalize(`${dirname(from)}/${specifier.replace(/\.js$/, ".d.ts")}`);
  if (!existsSync(join(root, path))) throw new Error(`${path} does not exist${from === undefined ? "" : ` (${from})`}`);
  return { path, text: readFileSync(join(root, path), "utf8") };
};

/** Compares the API with the snapshot in the repository; prints the difference. Gives an exit code. */
export function checkApi(): number {
  const now = describeApi().split("\n");
  const before = existsSync(snapshotPath) ? readFileSync(snapshotPath, "utf8").split("\n") : [];
  const difference = [...missing(before, now, "-"), ...missing(now, before, "+")];
  for (const line of difference) console.error(line);
  if (difference.length === 0) return 0;
  console.error("The public API has changed. When that is meant: npm run api -- --write");
  return 1;
}

/** Lines of `from` that `other` does not have, each with the entry that it belongs to. */
function missing(from: readonly string[], other: readonly string[], sign: string): string[] {
  const known = new Set(withEntry(other));
  return withEntry(from)
    .filter((line) => !known.has(line))
    .map((line) => `${sign} ${line}`);
}

function withEntry(lines: readonly string[]): string[] {
  let entry = "";
  return lines.flatMap((line) => {
    if (line.startsWith("# ")) entry = line.slice(2);
    return line === "" || line.startsWith("# ") ? [] : [`${entry}: ${line}`];
  });
}

if (isMain(import.meta.url)) {
  if (process.argv.includes("--write")) writeFileSync(snapshotPath, describeApi());
  else process.exitCode = checkApi();
}
