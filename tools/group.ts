import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe } from "node:test";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { LeakCheck, watchLeaks } from "./leaks.js";

/** What the processes of one run share: a folder that holds this as `plan.json`, and a mark for each file that was taken. */
export interface Plan {
  /** Absolute paths of test files. */
  readonly files: readonly string[];
  /** A process takes no more files than this: the next one starts with an empty heap. */
  readonly filesPerProcess: number;
  /** A file has so long, and so has each of its tests, in ms. */
  readonly fileMsMax: number;
  /** A file whose code never comes back to the event loop ends its process after so long, in ms: more than `fileMsMax`. */
  readonly blockedMsMax: number;
}

/** Whether a file is nobody's yet; then it is ours. Processes ask at the same time: the file system says who was first. */
function claim(folder: string, index: number): boolean {
  try {
    closeSync(openSync(join(folder, `${index}.taken`), "wx"));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** The mark of a file that came to its end, with success or not. */
function endMark(folder: string, index: number): string {
  return join(folder, `${index}.ended`);
}

/** The files that never came to an end: a process that died takes the file with it that it was at. */
export function findUnended(folder: string, files: readonly string[]): string[] {
  return files.filter((_, index) => !existsSync(endMark(folder, index)));
}

/**
 * Runs test files in this process, one after the other, each as a suite with its path for a name: to start a process and to
 * load the modules takes longer than most files do. Each starts when the one before it has ended, has its own hooks, its own
 * time limit, and must leave nothing open.
 */
export async function runGroup(folder: string): Promise<void> {
  const plan = JSON.parse(readFileSync(join(folder, "plan.json"), "utf8")) as Plan;
  const watchdog = new Watchdog(plan.files, plan.blockedMsMax);
  watchLeaks();
  let taken = 0;
  for (const [index, file] of plan.files.entries()) {
    if (taken === plan.filesPerProcess) break;
    if (!claim(folder, index)) continue;
    taken++;
    watchdog.begin(index);
    await runFile(file, plan.fileMsMax);
    writeFileSync(endMark(folder, index), "");
  }
  watchdog.end();
}

/** Runs one file as a suite, with its own hooks, and fails it for what it leaves open. */
export async function runFile(file: string, fileMsMax: number): Promise<void> {
  let end: () => void = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const suite: unknown = describe(file, { timeout: fileMsMax }, async () => {
    const leaks = new LeakCheck();
    try {
      await import(pathToFileURL(file).href);
    } catch (error) {
      end();
      throw error;
    }
    // Hooks run in the order of their making, so that this is the last one.
    after(async () => {
      const left = await leaks.end(file);
      end();
      if (left !== "") throw Object.assign(new Error(left), { stack: left });
    });
  });
  // Newer Nodes give no promise.
  await (suite instanceof Promise ? suite : ended);
}

/** Ends the process when a file blocks it: no timer of this thread runs then. */
class Watchdog {
  readonly #current: Int32Array = new Int32Array(new SharedArrayBuffer(4));

  constructor(files: readonly string[], limitMs: number) {
    const code = `
      const { workerData: { current, files, limitMs } } = require("node:worker_threads");
      for (let index = 0; index >= 0; index = Atomics.load(current, 0)) {
        if (Atomics.wait(current, 0, index, limitMs) !== "timed-out") continue;
        require("node:fs").writeSync(2, files[index] + " did not end in " + limitMs + " ms; its process was ended\\n");
        process.kill(process.pid, "SIGKILL");
      }`;
    new Worker(code, { eval: true, workerData: { current: this.#current, files, limitMs } }).unref();
  }

  begin(index: number): void {
    this.#set(index);
  }

  end(): void {
    this.#set(-1);
  }

  #set(value: number): void {
    Atomics.store(this.#current, 0, value);
    Atomics.notify(this.#current, 0);
  }
}
