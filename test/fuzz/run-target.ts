import { SeededRandom } from "../simulation/seeded-random.js";
import { textOf } from "./finding.js";
import { minimise, outcome } from "./minimise.js";
import { type FuzzTarget, showStep } from "./target.js";

/** How much of a target is run: until either is reached. */
export interface Bounds {
  readonly firstSeed: number;
  readonly countMax: number;
  readonly secondsMax: number;
  /** Findings after which the target is left: the first ones say enough. */
  readonly findingsMax: number;
}

/** A broken rule, with all that is needed to see it again. */
export interface FoundFault {
  readonly seed: number;
  readonly message: string;
  /** The smallest input found that breaks the rule, one line a step. */
  readonly input: readonly string[];
}

export interface TargetResult {
  readonly name: string;
  readonly inputs: number;
  readonly seconds: number;
  readonly findings: readonly FoundFault[];
}

/** Runs seeds of a target, one after the other. */
export async function runTarget(
  target: FuzzTarget,
  { firstSeed, countMax, secondsMax, findingsMax }: Bounds,
  onInput: (seed: number) => void,
): Promise<TargetResult> {
  const findings: FoundFault[] = [];
  const startMs = performance.now();
  const elapsed = (): number => (performance.now() - startMs) / 1000;
  let inputs = 0;
  while (inputs < countMax && elapsed() < secondsMax && findings.length < findingsMax) {
    const seed = firstSeed + inputs++;
    onInput(seed);
    const steps = await target.make(new SeededRandom(seed));
    const error = await outcome(target, steps, seed);
    if (error === undefined) continue;
    const smallest = await minimise(target, steps, seed);
    const message = textOf((await outcome(target, smallest, seed)) ?? error);
    findings.push({ seed, message, input: smallest.map((step) => target.show?.(step) ?? showStep(step)) });
  }
  return { name: target.name, inputs, seconds: elapsed(), findings };
}
