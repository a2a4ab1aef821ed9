import { checkApi } from "./api.js";
import { build } from "./build.js";
import { checkDocs } from "./docs.js";
import { isMain } from "./files.js";
import { checkPacked } from "./packed.js";
import { bin, run } from "./run.js";
import { runUnits } from "./units.js";

interface Step {
  readonly name: string;
  /** Gives an exit code. */
  run(): Promise<number>;
}

const node = (tool: string): Promise<number> => run(process.execPath, [`dist/tools/${tool}.js`], 60_000);

const biomeArguments: readonly string[] = [
  "ci",
  "--error-on-warnings",
  "--max-diagnostics=50",
  ...(process.stdout.isTTY ? [] : ["--colors=off"]),
];

/** Everything that must hold before a change lands, cheap things first; the unit tests close, with node's totals. */
const steps: readonly Step[] = [
  { name: "lint", run: () => run(bin("biome"), biomeArguments, 60_000) },
  { name: "layers", run: () => node("layers") },
  { name: "shape", run: () => node("shape") },
  { name: "engines", run: () => node("engines") },
  { name: "api", run: () => Promise.resolve(checkApi()) },
  { name: "docs", run: checkDocs },
  { name: "package", run: () => Promise.resolve(checkPacked()) },
  { name: "units", run: () => runUnits([]) },
];

/** Runs the whole gate. A failed step does not hide the ones after it; without a build there is nothing to check. */
async function gate(): Promise<number> {
  if (!(await timed({ name: "build", run: build }))) return 1;
  const failed: string[] = [];
  for (const step of steps) if (!(await timed(step))) failed.push(step.name);
  if (failed.length > 0) console.error(`\nnpm test failed: ${failed.join(", ")}`);
  return failed.length === 0 ? 0 : 1;
}

async function timed(step: Step): Promise<boolean> {
  const start = performance.now();
  const code = await step.run();
  console.log(`== ${step.name} ${code === 0 ? "ok" : "FAILED"} (${((performance.now() - start) / 1000).toFixed(1)} s)`);
  return code === 0;
}

if (isMain(import.meta.url)) process.exitCode = await gate();
