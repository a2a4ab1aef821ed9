import { spawnSync } from "node:child_process";
import { cpus } from "node:os";

/** A command that has to run on one core, as what to start and with which arguments. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
}

/** Whether processes can be pinned: two cores, and `taskset` to say which. */
export const canPin: boolean = cpus().length > 1 && spawnSync("taskset", ["-V"]).error === undefined;

/** Servers run on the first core, clients and load generators on the second, so that neither takes the other's time. */
export function pinned(role: "server" | "client", program: string, args: readonly string[]): Command {
  if (!canPin) return { program, args };
  return { program: "taskset", args: ["-c", role === "server" ? "0" : "1", program, ...args] };
}
