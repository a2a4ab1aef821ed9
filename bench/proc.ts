import { existsSync, readdirSync, readFileSync } from "node:fs";

/** Whether this machine tells of its processes in files (Linux). */
export const hasProc: boolean = existsSync("/proc/self/schedstat");

const pageBytes = 4096;

/** Bytes of memory that a process has resident. */
export function residentBytes(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1]) * pageBytes;
}

/** Microseconds of processor time that a process has used so far, in all its threads. */
export function cpuTimeUs(pid: number): number {
  let nanoseconds = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    nanoseconds += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ")[0]);
  }
  return nanoseconds / 1_000;
}

/** How many files a process may have open, as the programs that we start inherit it. */
export function openFilesMax(): number {
  if (!hasProc) return 1_024;
  const text = /Max open files\s+(\d+|unlimited)/.exec(readFileSync("/proc/self/limits", "utf8"))?.[1] ?? "1024";
  return text === "unlimited" ? Number.POSITIVE_INFINITY : Number(text);
}
