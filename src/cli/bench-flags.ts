import type { Ramp, Rate } from "../load/schedule.js";
import type { Threshold } from "../load/threshold.js";
import type { SchemaFlags, TargetFlags } from "./target-flags.js";

/** The command line of `peregrine bench`, as commander names it. Times are in ms. */
export interface BenchFlags extends TargetFlags, SchemaFlags {
  readonly host: string;
  readonly method: string;
  readonly data?: string | undefined;
  readonly dataFile?: string;
  readonly templates: boolean;
  readonly messages?: number;
  readonly concurrency: number;
  readonly connections?: number;
  readonly workers: number;
  readonly rate?: number;
  readonly ramp?: Ramp;
  readonly duration?: number;
  readonly count?: number;
  readonly warmup?: number;
  readonly grace?: number;
  readonly timeout?: number;
  readonly compress?: string;
  readonly maxMessageBytes?: number;
  readonly checkResponses: boolean;
  readonly failIf?: readonly Threshold[];
  readonly html?: string;
  readonly json: boolean;
}

/** Undefined: as fast as the calls go. */
export function rateOf({ rate, ramp }: BenchFlags): Rate | undefined {
  return rate === undefined ? undefined : { perSecond: rate, ramp };
}

export function connectionsOf({ connections, workers }: BenchFlags): number {
  return connections ?? workers;
}
