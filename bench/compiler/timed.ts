import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { endWithUs } from "../../tools/processes.js";
import { hasProc } from "../proc.js";

/** What one run of a program took. */
export interface Timed {
  readonly wallMs: number;
  /** Processor time of all its threads; 0 where the machine does not tell. */
  readonly cpuMs: number;
  /** Most memory that it had resident; 0 where the machine does not tell. */
  readonly peakBytes: number;
}

/** Between two looks at a program that runs. Both figures only grow, so that the last look has nearly all. */
const lookMs = 4;
/** The kernel counts processor time in these. */
const ticksPerSecond = 100;

/**
 * Runs a program to its end.
 *
 * @throws {Error} when it fails
 */
export async function timed(command: string, args: readonly string[]): Promise<Timed> {
  const startMs = performance.now();
  const child = spawn(command, args, { stdio: ["ignore", "ignore", "pipe"] });
  endWithUs(child);
  let text = "";
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    text = (text + chunk).slice(-2_000);
  });
  let last = { cpuMs: 0, peakBytes: 0 };
  const look = (): void => {
    last = (hasProc && child.pid !== undefined ? usageOf(child.pid) : undefined) ?? last;
  };
  const timer = setInterval(look, lookMs);
  const [code] = (await once(child, "exit").finally(() => clearInterval(timer))) as [number | null];
  const wallMs = performance.now() - startMs;
  if (code !== 0) throw new Error(`${command} ${args[0]} ended with ${code}: ${text}`);
  return { wallMs, ...last };
}

/** Undefined when the process has ended. */
function usageOf(pid: number): { readonly cpuMs: number; readonly peakBytes: number } | undefined {
  try {
    const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    // Behind the name, which stands in parentheses and may hold blanks.
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
    if (peak === undefined) return undefined;
    const ticks = Number(stat[11]) + Number(stat[12]);
    return { cpuMs: (ticks * 1_000) / ticksPerSecond, peakBytes: Number(peak) * 1_024 };
  } catch {
    return undefined;
  }
}
