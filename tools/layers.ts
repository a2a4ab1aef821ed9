import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isMain, isTestFile, readSources, report, root, type SourceFile } from "./files.js";
import { findCycles, findImports, type Import } from "./imports.js";
import { scan, type Token } from "./scan.js";

/** An import goes to a lower rank only; folders of one rank do not know each other. */
const ranks: Readonly<Record<string, number>> = {
  base: 0,
  codec: 1,
  hpack: 1,
  message: 1,
  proto: 1,
  rpc: 1,
  http2: 2,
  text: 2,
  call: 3,
  net: 3,
  resolve: 4,
  balance: 4,
  resilience: 4,
  client: 5,
  server: 5,
  services: 6,
  observe: 6,
  testing: 6,
  generate: 7,
  breaking: 7,
  lint: 7,
  format: 7,
  load: 7,
  mock: 7,
  scaffold: 7,
  cli: 8,
};

/** Files directly in `src/` are the entries of the package. */
const entryRank = 9;

/** Modules that only some folders may import, and why the rest may not. */
const restricted: Readonly<Record<string, readonly string[]>> = {
  "node:net": ["net"],
  "node:tls": ["net"],
  "node:dns": ["net", "resolve"],
  "node:dns/promises": ["net", "resolve"],
  "node:http2": [],
  commander: ["cli"],
  yaml: ["proto", "mock"],
};

/** Folders in which time and chance are handed in. */
const sansIo: ReadonlySet<string> = new Set(["base", "codec", "hpack", "message", "http2"]);
const clockCalls: ReadonlySet<string> = new Set(["setTimeout", "setInterval", "setImmediate"]);
const clockMembers: ReadonlySet<string> = new Set(["Date.now", "Math.random", "performance.now", "process.hrtime"]);

/** What package.json allows to import; tests may use the development dependencies too. */
export interface Packages {
  readonly runtime: ReadonlySet<string>;
  readonly development: ReadonlySet<string>;
}

/** Checks the whole of `src/`: ranks, cycles, restricted modules, packages, and calls to the machine's clock. */
export function checkLayers(files: readonly SourceFile[], packages: Packages): string[] {
  const known = new Set(files.map((file) => file.path));
  const edges = new Map<string, string[]>();
  const violations: string[] = [];
  for (const file of files) {
    const tokens = scan(file.text);
    const imports = findImports(file, tokens);
    edges.set(file.path, targets(imports));
    for (const entry of imports) violations.push(...checkImport(file.path, entry, known, packages));
    if (!isTestFile(file.path)) violations.push(...checkClock(file.path, tokens));
    if (rankOf(file.path) === undefined) violations.push(`${file.path}: folder ${folderOf(file.path)} has no rank`);
  }
  for (const cycle of findCycles(edges)) violations.push(`import cycle: ${cycle.join(" <-> ")}`);
  return violations;
}

function targets(imports: readonly Import[]): string[] {
  return imports.flatMap((entry) => (entry.target === undefined ? [] : [entry.target]));
}

function folderOf(path: string): string {
  const parts = path.split("/");
  return parts.length > 2 ? parts[1]! : "";
}

function rankOf(path: string): number | undefined {
  const folder = folderOf(path);
  return folder === "" ? entryRank : ranks[folder];
}

function checkImport(path: string, entry: Import, known: ReadonlySet<string>, packages: Packages): string[] {
  const place = `${path}:${entry.line}`;
  if (entry.target !== undefined) return checkOwn(path, place, entry.target, known);
  const allowed = restricted[entry.specifier];
  if (allowed !== undefined && !isTestFile(path) && !allowed.includes(folderOf(path))) {
    const where = allowed.length === 0 ? "nobody" : `only ${allowed.join(", ")}`;
    return [`${place}: imports ${entry.specifier}, ${where} may`];
  }
  if (entry.specifier.startsWith("node:")) return [];
  const name = packageName(entry.specifier);
  if (packages.runtime.has(name) || (isTestFile(path) && packages.development.has(name))) return [];
  return [`${place}: imports ${entry.specifier}, which is no dependency of the package`];
}

function packageName(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

function checkOwn(path: string, place: string, target: string, known: ReadonlySet<string>): string[] {
  if (isTestFile(path)) return [];
  if (isTestFile(target)) return [`${place}: imports the test file ${target}`];
  if (!target.startsWith("src/")) return [`${place}: imports ${target}, which is outside src/`];
  if (!known.has(target)) return [`${place}: imports ${target}, which does not exist`];
  if (folderOf(path) === folderOf(target)) return [];
  const own = rankOf(path);
  const other = rankOf(target);
  if (own === undefined || other === undefined || other < own) return [];
  return [`${place}: ${folderOf(path)} (rank ${own}) imports ${target} (rank ${other})`];
}

function checkClock(path: string, tokens: readonly Token[]): string[] {
  if (!sansIo.has(folderOf(path))) return [];
  const violations: string[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    if (token.kind !== "word") continue;
    const member = `${token.text}.${tokens[i + 2]?.text ?? ""}`;
    const isMember = tokens[i + 1]?.text === "." && clockMembers.has(member);
    const isCall = clockCalls.has(token.text) && tokens[i - 1]?.text !== ".";
    if (isMember || isCall) {
      violations.push(`${path}:${token.line}: ${isMember ? member : token.text}; time and chance are handed in here`);
    }
  }
  return violations;
}

function readPackages(): Packages {
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Record<string, object | undefined>;
  const names = (key: string): string[] => Object.keys(manifest[key] ?? {});
  return {
    runtime: new Set([...names("dependencies"), ...names("peerDependencies"), ...names("optionalDependencies")]),
    development: new Set(names("devDependencies")),
  };
}

if (isMain(import.meta.url)) report("layers", checkLayers(readSources(root, ["src"]), readPackages()));
