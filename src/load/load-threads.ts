import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { type LoadJob, type LoadProgress, LoadWorker } from "./load-job.js";
import type { Measured } from "./recorder.js";

/** How often workers tell how far they are, in ms. */
const progressIntervalMs = 200;

interface ToWorker {
  readonly kind: "start" | "stop" | "cut";
}

type FromWorker =
  | { readonly kind: "connected" }
  | { readonly kind: "progress"; readonly progress: LoadProgress }
  | { readonly kind: "done"; readonly measured: Measured }
  | { readonly kind: "failed"; readonly message: string };

/** A worker, in whatever thread. */
export interface WorkerHandle {
  readonly progress: LoadProgress;
  /** @throws {Error} when it cannot begin */
  connect(): Promise<void>;
  run(): Promise<Measured>;
  /** Begins no more calls; those in flight may end. */
  stop(): void;
  /** Cuts the calls in flight. */
  cut(): void;
  /** Ends it without a result, also while it connects. */
  abandon(): void;
}

/** A worker in a thread of its own. */
export class ThreadWorker implements WorkerHandle {
  readonly #worker: Worker;
  #progress: LoadProgress = { done: 0, calls: 0, failed: 0 };
  readonly #connected: Promise<void>;
  readonly #done: Promise<Measured>;

  /** @param script the module that calls `serveThread` */
  constructor(script: URL, job: LoadJob) {
    this.#worker = new Worker(script, { workerData: job });
    let connected: () => void = () => undefined;
    let done: (measured: Measured) => void = () => undefined;
    let failed: (error: Error) => void = () => undefined;
    this.#done = new Promise((resolve, reject) => {
      done = resolve;
      failed = reject;
    });
    this.#connected = new Promise((resolve, reject) => {
      connected = resolve;
      this.#done.catch(reject);
    });
    this.#worker.on("message", (message: FromWorker) => {
      if (message.kind === "connected") connected();
      else if (message.kind === "progress") this.#progress = message.progress;
      else if (message.kind === "done") done(message.measured);
      else failed(new Error(message.message));
    });
    this.#worker.on("error", failed);
    this.#worker.on("exit", (code) => failed(new Error(`a worker of the run ended with code ${code}`)));
  }

  get progress(): LoadProgress {
    return this.#progress;
  }

  connect(): Promise<void> {
    return this.#connected;
  }

  run(): Promise<Measured> {
    this.#post({ kind: "start" });
    return this.#done;
  }

  stop(): void {
    this.#post({ kind: "stop" });
  }

  cut(): void {
    this.#post({ kind: "cut" });
  }

  #post(message: ToWorker): void {
    this.#worker.postMessage(message);
  }

  abandon(): void {
    this.#done.catch(() => undefined);
    this.#connected.catch(() => undefined);
    void this.#worker.terminate();
  }
}

/** A worker in this thread. */
export class LocalWorker implements WorkerHandle {
  readonly #worker: LoadWorker;

  constructor(job: LoadJob) {
    this.#worker = new LoadWorker(job);
  }

  get progress(): LoadProgress {
    return this.#worker.progress;
  }

  connect(): Promise<void> {
    return this.#worker.connect();
  }

  run(): Promise<Measured> {
    return this.#worker.run();
  }

  stop(): void {
    this.#worker.stop();
  }

  cut(): void {
    this.#worker.cut();
  }

  abandon(): void {
    this.#worker.cut();
  }
}

/** The other end of a `ThreadWorker`: to be called in a thread that was made for it. Does nothing elsewhere. */
export async function serveThread(): Promise<void> {
  const port = parentPort;
  if (isMainThread || port === null) return;
  const post = (message: FromWorker): void => port.postMessage(message);
  try {
    const worker = new LoadWorker(workerData as LoadJob);
    await worker.connect();
    const started = new Promise<void>((resolve) => {
      port.on("message", (message: ToWorker) => {
        if (message.kind === "start") resolve();
        else if (message.kind === "stop") worker.stop();
        else worker.cut();
      });
    });
    post({ kind: "connected" });
    await started;
    const timer = setInterval(() => post({ kind: "progress", progress: worker.progress }), progressIntervalMs);
    post({ kind: "done", measured: await worker.run() });
    clearInterval(timer);
  } catch (error) {
    post({ kind: "failed", message: error instanceof Error ? error.message : String(error) });
  }
  port.close();
}
