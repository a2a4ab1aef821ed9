import { spawnSync } from "node:child_process";
import { cpus } from "node:os";
import type { Command } from "./process.js";

/** Whether processes can be pinned: two cores, and `taskset` to say which. */
export const canPin: boolean = cpus().length > 1 && spawnSync("taskset", ["-V"]).error === undefined;

/** Servers run on the first core, clients and load generators on the second, so that neither takes the other's time. */
export type Role = "server" | "client";

export function pinned(role: Role, { program, args, env }: Command): Command {
  // A Go program would start a thread per core of the machine, and a C++ or Rust program may, for the one core that it has.
  const oneCore = { GOMAXPROCS: "1", BENCH_THREADS: "1" };
  if (!canPin) return { program, args, ...(env === undefined ? {} : { env }) };
  return {
    program: "taskset",
    args: ["-c", role === "server" ? "0" : "1", program, ...args],
    env: { ...oneCore, ...env },
  };
}
