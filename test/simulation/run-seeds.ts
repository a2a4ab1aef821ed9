import { type Result, simulate } from "./simulation.js";
import { Violation } from "./world.js";

/** What a series of runs came to. */
export interface Summary {
  readonly runs: number;
  readonly events: number;
  readonly calls: number;
  readonly seconds: number;
  readonly failures: readonly Result[];
}

export interface SeriesOptions {
  readonly first: number;
  readonly count: number;
  /** No run is begun after so long, in seconds. */
  readonly secondsMax: number;
  /** So many failures end the series. */
  readonly failuresMax: number;
  readonly onFailure?: ((result: Result) => void) | undefined;
}

/** One seed in so many is run a second time: it must run the same way. */
const replayEvery = 50;

/** Runs seeds in a row. */
export async function runSeeds(options: SeriesOptions): Promise<Summary> {
  const failures: Result[] = [];
  const start = performance.now();
  const seconds = (): number => (performance.now() - start) / 1_000;
  let runs = 0;
  let events = 0;
  let calls = 0;
  for (; runs < options.count && seconds() < options.secondsMax; runs++) {
    const result = await runSeed(options.first + runs, runs % replayEvery === 0);
    events += result.events;
    calls += result.calls;
    if (result.violation === undefined) continue;
    failures.push(result);
    options.onFailure?.(result);
    if (failures.length >= options.failuresMax) break;
  }
  return { runs, events, calls, seconds: seconds(), failures };
}

/** Runs one seed, with `twice` also a second time to compare. */
export async function runSeed(seed: number, twice: boolean): Promise<Result> {
  const result = await simulate(seed);
  if (!twice || result.violation !== undefined) return result;
  const again = await simulate(seed);
  if (again.hash === result.hash && again.events === result.events) return result;
  const text = `the second run of the seed had ${again.events} events with hash ${again.hash}, the first ${result.events} with ${result.hash}`;
  return { ...result, violation: new Violation("replay", text) };
}
