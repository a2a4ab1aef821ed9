import { SeededRandom } from "../simulation/seeded-random.js";
import { ruleOf } from "./finding.js";
import type { FuzzTarget } from "./target.js";

const runsMax = 400;
const timeMsMax = 20_000;

/** Runs an input; gives what it threw, or undefined. */
export async function outcome(target: FuzzTarget, steps: readonly unknown[], seed: number): Promise<unknown> {
  const stray: unknown[] = [];
  const onStray = (error: unknown): void => void stray.push(error);
  process.on("unhandledRejection", onStray);
  process.on("uncaughtException", onStray);
  try {
    await target.run(steps, new SeededRandom(seed).fork());
    return stray[0];
  } catch (error) {
    return error ?? new Error("nothing was thrown");
  } finally {
    process.off("unhandledRejection", onStray);
    process.off("uncaughtException", onStray);
  }
}

/**
 * Takes steps away, half of them first, single ones last, then makes those that are left simpler, as long as the same rule is
 * broken. Bounded in runs and time.
 */
export async function minimise(
  target: FuzzTarget,
  steps: readonly unknown[],
  seed: number,
): Promise<readonly unknown[]> {
  const rule = ruleOf(await outcome(target, steps, seed));
  const endMs = performance.now() + timeMsMax;
  let runs = 0;
  const fails = async (candidate: readonly unknown[]): Promise<boolean> => {
    if (++runs > runsMax || performance.now() > endMs) return false;
    const error = await outcome(target, candidate, seed);
    return error !== undefined && ruleOf(error) === rule;
  };
  let best = steps;
  for (let size = Math.ceil(best.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < best.length; ) {
      const candidate = [...best.slice(0, at), ...best.slice(at + size)];
      if (await fails(candidate)) best = candidate;
      else at += size;
    }
  }
  for (let at = 0; at < best.length; at++) {
    for (const simpler of target.simpler?.(best[at]) ?? []) {
      const candidate = [...best.slice(0, at), simpler, ...best.slice(at + 1)];
      if (!(await fails(candidate))) continue;
      best = candidate;
      break;
    }
  }
  return best;
}
