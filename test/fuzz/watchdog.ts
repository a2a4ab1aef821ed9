import { Worker } from "node:worker_threads";

/** No input takes nearly as long, also on a loaded machine, in seconds. */
const stuckSeconds = 60;

/** Ends the process when an input does not end, and says which one it was. */
export class Watchdog {
  readonly #state: Int32Array = new Int32Array(new SharedArrayBuffer(16));
  readonly #worker: Worker;

  constructor(names: readonly string[]) {
    const workerData = { state: this.#state, names, stuckSeconds };
    this.#worker = new Worker(new URL("./watchdog-worker.js", import.meta.url), { workerData });
    this.#worker.unref();
  }

  /** An input begins, of a target given by its place among the names. */
  begin(targetPlace: number, seed: number): void {
    Atomics.store(this.#state, 1, targetPlace);
    Atomics.store(this.#state, 2, seed);
    Atomics.add(this.#state, 0, 1);
  }

  async stop(): Promise<void> {
    await this.#worker.terminate();
  }
}
