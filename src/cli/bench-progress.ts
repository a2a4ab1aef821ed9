import { formatCount } from "../load/format.js";
import type { WorkerHandle } from "../load/load-threads.js";
import type { CliIo } from "./io.js";
import { asIs } from "./printable.js";

const intervalMs = 200;
const barWidth = 24;

/** One line on the terminal that is written anew while a run goes on; nothing elsewhere. */
export class BenchProgress {
  readonly #workers: readonly WorkerHandle[];
  readonly #io: CliIo;
  #timer: NodeJS.Timeout | undefined;
  #lastCalls = 0;
  #lastMs = 0;
  #callsPerSecond = 0;

  constructor(workers: readonly WorkerHandle[], io: CliIo) {
    this.#workers = workers;
    this.#io = io;
  }

  start(): void {
    if (this.#io.stderrIsTerminal !== true) return;
    this.#lastMs = performance.now();
    this.#timer = setInterval(() => this.#io.stderr(asIs(`\r${this.line(performance.now())}\u001b[K`)), intervalMs);
  }

  /** @param nowMs on the scale of `performance.now()` */
  line(nowMs: number): string {
    const all = this.#workers.map(({ progress }) => progress);
    const done = Math.min(1, all.reduce((sum, one) => sum + one.done, 0) / all.length);
    const calls = all.reduce((sum, one) => sum + one.calls, 0);
    const failed = all.reduce((sum, one) => sum + one.failed, 0);
    if (nowMs > this.#lastMs) {
      const latest = ((calls - this.#lastCalls) * 1_000) / (nowMs - this.#lastMs);
      this.#callsPerSecond = this.#callsPerSecond === 0 ? latest : 0.7 * this.#callsPerSecond + 0.3 * latest;
    }
    this.#lastCalls = calls;
    this.#lastMs = nowMs;
    const filled = Math.round(done * barWidth);
    const bar = `${"#".repeat(filled)}${".".repeat(barWidth - filled)}`;
    const errors = failed === 0 ? "" : `, ${formatCount(failed)} failed`;
    const percent = `${Math.floor(done * 100)} %`.padStart(5);
    return `[${bar}] ${percent}  ${formatCount(calls)} calls, ${formatCount(Math.round(this.#callsPerSecond))}/s${errors}`;
  }

  end(): void {
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    this.#io.stderr(asIs("\r\u001b[K"));
  }
}
