import { parseArgs } from "node:util";

export interface RunOptions {
  /** Only peers whose name has this in it. */
  readonly only: string | undefined;
  /** Only this case. */
  readonly caseName: string | undefined;
  /** Peers against peers too. */
  readonly allPairs: boolean;
  /** Builds also those peers that take minutes. */
  readonly build: boolean;
  readonly json: boolean;
  /** Writes docs/interop.md. */
  readonly write: boolean;
}

/** @throws when a flag is not known, or `--write` would leave things out */
export function parseOptions(args: readonly string[]): RunOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: "string" },
      case: { type: "string" },
      "all-pairs": { type: "boolean", default: false },
      build: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      write: { type: "boolean", default: false },
    },
  });
  if (values.write && (values.only !== undefined || values.case !== undefined)) {
    throw new Error("--write needs the whole run: leave --only and --case out");
  }
  return {
    only: values.only,
    caseName: values.case,
    allPairs: values["all-pairs"],
    build: values.build,
    json: values.json,
    write: values.write,
  };
}
