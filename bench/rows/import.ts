import { spawnSync } from "node:child_process";
import { join } from "node:path";
import type { Peer } from "../peer.js";
import { pinned } from "../pin.js";
import type { Command } from "../process.js";
import { type Row, ratioTarget } from "./row.js";

const startMs = 20_000;

/** Milliseconds from the start of a process to its end. */
function runningTimeMs(command: Command): number {
  const { program, args } = pinned("server", command);
  const start = performance.now();
  const { status, stderr } = spawnSync(program, args, { timeout: startMs, encoding: "utf8" });
  if (status !== 0) throw new Error(`${args.join(" ")} ended with ${status}: ${stderr}`);
  return performance.now() - start;
}

/** In turns with a program that does nothing, on the same Node; the fastest of each, since others only add to the time. */
async function measureImport(peer: Peer, runs: number): Promise<readonly number[]> {
  const importer = peer.programs.importer!;
  const bare = { ...importer, args: [join(importer.args[0]!, "..", "..", "nothing.js")] };
  let least = Number.POSITIVE_INFINITY;
  let leastBare = Number.POSITIVE_INFINITY;
  for (let run = 0; run < runs; run++) {
    leastBare = Math.min(leastBare, runningTimeMs(bare));
    least = Math.min(least, runningTimeMs(importer));
  }
  return [least - leastBare];
}

const importRow: Row = {
  name: "import",
  group: "import",
  figures: [
    {
      name: "import",
      title: "a process that imports the stack and a service, above one that does nothing",
      unit: "ms",
      better: "lower",
      targets: [ratioTarget("grpc-js", 0.5)],
    },
  ],
  speaks: ["grpc"],
  needs: "importer",
  warmsUp: false,
  slow: true,
  measure: (peer, { quick }) => measureImport(peer, quick ? 3 : 7),
};

export const importRows: readonly Row[] = [importRow];
