import { rampStepsMax } from "./limits.js";

/** How the rate comes to its height. */
export type Ramp =
  | { readonly kind: "linear"; readonly fromPerSecond: number; readonly overMs: number }
  | {
      readonly kind: "steps";
      readonly fromPerSecond: number;
      readonly stepPerSecond: number;
      readonly eachMs: number;
    };

/** Calls are started at this rate, whether or not those before have ended. */
export interface Rate {
  readonly perSecond: number;
  readonly ramp?: Ramp | undefined;
}

/** When the call with this number, from 0, is to start: in ms since the beginning. Grows with the number. */
export type Schedule = (index: number) => number;

/** @throws {RangeError} for a rate or ramp that cannot be */
export function makeSchedule({ perSecond, ramp }: Rate): Schedule {
  if (!(perSecond > 0)) throw new RangeError(`the rate must be above 0, not ${perSecond}`);
  if (ramp === undefined) return (index) => (index * 1_000) / perSecond;
  if (!(ramp.fromPerSecond >= 0)) throw new RangeError("a ramp begins with a rate of 0 or more");
  return ramp.kind === "linear" ? linear(perSecond, ramp) : steps(perSecond, ramp);
}

/** While the rate grows linearly, n = from * t + (to - from) * t^2 / (2 * over) calls have started at t. */
function linear(to: number, { fromPerSecond: from, overMs }: Extract<Ramp, { kind: "linear" }>): Schedule {
  if (!(overMs > 0)) throw new RangeError("a ramp must take some time");
  const overSeconds = overMs / 1_000;
  const during = ((from + to) / 2) * overSeconds;
  const growth = (to - from) / overSeconds;
  return (index) => {
    if (index === 0) return 0;
    if (index >= during) return overMs + ((index - during) * 1_000) / to;
    // In this form nothing is divided by a growth of 0.
    return (2_000 * index) / (from + Math.sqrt(Math.max(0, from * from + 2 * growth * index)));
  };
}

interface Step {
  readonly startMs: number;
  readonly firstIndex: number;
  readonly perSecond: number;
}

function steps(to: number, ramp: Extract<Ramp, { kind: "steps" }>): Schedule {
  const { fromPerSecond: from, stepPerSecond, eachMs } = ramp;
  if (!(from > 0) || !(stepPerSecond > 0) || !(eachMs > 0)) {
    throw new RangeError("a ramp of steps needs a first rate, a step and a time above 0");
  }
  const count = Math.ceil(Math.abs(to - from) / stepPerSecond);
  if (count > rampStepsMax) throw new RangeError(`a ramp has at most ${rampStepsMax} steps, not ${count}`);
  const table: Step[] = [];
  let firstIndex = 0;
  for (let i = 0; i <= count; i++) {
    const perSecond = i === count ? to : from + Math.sign(to - from) * stepPerSecond * i;
    table.push({ startMs: i * eachMs, firstIndex, perSecond });
    firstIndex += (perSecond * eachMs) / 1_000;
  }
  return (index) => {
    const step = findStep(table, index);
    return step.startMs + ((index - step.firstIndex) * 1_000) / step.perSecond;
  };
}

function findStep(table: readonly Step[], index: number): Step {
  let low = 0;
  let high = table.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((table[middle] as Step).firstIndex <= index) low = middle;
    else high = middle - 1;
  }
  return table[low] as Step;
}
