import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isMain, listFiles, root } from "./files.js";
import { findUnended, type Plan } from "./group.js";
import { run } from "./run.js";

/** As many as the machine has that `npm test` is timed on. */
const processesAtOnce = 2;
const filesPerProcess = 48;
const limits = { fileMsMax: 60_000, blockedMsMax: 75_000 } as const;
/** All files together have so long, in ms. */
const runMsMax = 900_000;

/** Begun first, so that no process has one of them left when the others have nothing more to do. */
const longest: readonly string[] = [
  "test/hostile/hostile",
  "test/simulation/simulation",
  "src/generate/",
  "test/proto/",
  "test/chaos/chaos",
  "src/cli/",
  "src/codec/",
  "test/format/",
  "test/",
];

/**
 * Runs the test files of `dist/` under `node --test`: all of them, or those whose path holds one of the filters. Two
 * processes at a time take file after file (`group.ts`); with `alone`, each file has a process of its own.
 */
export async function runUnits(filters: readonly string[], alone: boolean = false): Promise<number> {
  const found = ["src", "test", "tools", "bench", "examples"].flatMap((folder) =>
    listFiles(root, folder, [".test.ts"]),
  );
  const paths = found.map((path) => path.replace(/\.ts$/, ".js"));
  const picked = paths.filter(
    (path) => filters.length === 0 || filters.some((filter) => `dist/${path}`.includes(filter)),
  );
  if (picked.length === 0) throw new Error(`no test file matches ${filters.join(" ")}`);
  const files = picked.sort((a, b) => rank(a) - rank(b)).map((path) => join(root, "dist", path));
  const folder = mkdtempSync(join(root, "dist/units-"));
  try {
    const code = await runPlan(folder, { files, filesPerProcess: alone ? 1 : filesPerProcess, ...limits });
    const unended = findUnended(folder, files);
    for (const file of unended) console.error(`FAILED ${file}: its process ended before it did`);
    return unended.length > 0 ? 1 : code;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function rank(path: string): number {
  const index = longest.findIndex((start) => path.startsWith(start));
  return index < 0 ? longest.length : index;
}

function runPlan(folder: string, plan: Plan): Promise<number> {
  writeFileSync(join(folder, "plan.json"), JSON.stringify(plan));
  const count = Math.max(processesAtOnce, Math.ceil(plan.files.length / plan.filesPerProcess));
  const groups = Array.from({ length: Math.min(count, plan.files.length) }, (_, n) =>
    join(folder, `group-${n}.test.js`),
  );
  const code = `import { runGroup } from "../tools/group.js";\nawait runGroup(import.meta.dirname);\n`;
  for (const group of groups) writeFileSync(group, code);
  const options = [
    `--test-concurrency=${processesAtOnce}`,
    `--test-timeout=${runMsMax}`,
    `--test-reporter=${root}/dist/tools/reporter.js`,
    "--test-reporter-destination=stdout",
  ];
  return run(process.execPath, ["--test", ...options, ...groups], runMsMax);
}

if (isMain(import.meta.url)) {
  const args = process.argv.slice(2);
  process.exitCode = await runUnits(
    args.filter((arg) => arg !== "--alone"),
    args.includes("--alone"),
  );
}
