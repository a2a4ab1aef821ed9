import { parseArgs } from "node:util";

export interface MutateOptions {
  /** How many mutations are tried. */
  readonly sample: number;
  readonly seed: number;
  /** Folders below `src`. */
  readonly folders: readonly string[];
  /** Least share that must be caught, from 0 to 1. */
  readonly least: number;
}

/** Where a fault costs a user his calls; `--in` names others. */
const foldersDefault = "http2,hpack,net,message,call,client,balance,resolve,resilience,server,base";

/** @throws {TypeError} when an option is unknown or no number */
export function readOptions(args: readonly string[]): MutateOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      sample: { type: "string", default: "300" },
      seed: { type: "string", default: String(Math.floor(Date.now() / 86_400_000)) },
      in: { type: "string", default: foldersDefault },
      least: { type: "string", default: "0" },
    },
  });
  return {
    sample: numberOf("sample", values.sample, 1),
    seed: numberOf("seed", values.seed, 0),
    folders: values.in.split(",").filter((folder) => folder !== ""),
    least: numberOf("least", values.least, 0),
  };
}

function numberOf(name: string, text: string, min: number): number {
  const value = Number(text);
  if (Number.isFinite(value) && value >= min) return value;
  throw new TypeError(`--${name} must be a number, ${min} or more: got ${JSON.stringify(text)}`);
}
