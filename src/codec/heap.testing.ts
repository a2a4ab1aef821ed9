import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

let collect: (() => void) | undefined;

/** Collects garbage, also where the process was begun without `--expose-gc`. */
function collectGarbage(): void {
  if (collect === undefined) {
    setFlagsFromString("--expose-gc");
    collect = runInNewContext("gc") as () => void;
  }
  collect();
}

function liveBytes(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** What is reachable more once `make` has made something, in bytes, buffers included; and what it made. */
export function measureHeapGrowth<T>(make: () => T): { readonly grown: number; readonly kept: T } {
  const before = liveBytes();
  const kept = make();
  return { grown: liveBytes() - before, kept };
}
