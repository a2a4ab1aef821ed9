// What users build on, tried on the runtime that this runs on: node dist/test/runtimes/acceptance.js [--json] [WORDS]
import { inspect } from "node:util";
import type { FeatureResult } from "./acceptance-result.js";
import { type Feature, Skipped } from "./environment.js";
import { features } from "./features.js";

/** A feature that takes longer hangs: the longest starts a process. */
const featureMs = 40_000;
const textMax = 2_000;

async function attempt({ name, run }: Feature): Promise<FeatureResult> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`took longer than ${featureMs} ms`)), featureMs);
  });
  try {
    await Promise.race([run(), late]);
    return { name, result: "works" };
  } catch (error) {
    if (error instanceof Skipped) return { name, result: "left out", why: error.message };
    return { name, result: "fails", why: inspect(error, { depth: 2 }).slice(0, textMax) };
  } finally {
    clearTimeout(timer);
  }
}

const words = process.argv.slice(2).filter((word) => word !== "--json");
const asJson = process.argv.includes("--json");
const results: FeatureResult[] = [];
for (const feature of features) {
  if (words.length > 0 && !words.some((word) => feature.name.includes(word))) continue;
  const result = await attempt(feature);
  results.push(result);
  if (!asJson) console.log(`${result.result.padEnd(8)}  ${result.name}${result.why ? `: ${result.why}` : ""}`);
}
if (asJson) console.log(JSON.stringify(results));
// What hangs must not keep the report from ending.
if (results.some(({ result }) => result === "fails")) process.exit(1);
