import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { RpcError } from "../base/rpc-error.js";
import { Channel } from "../client/channel.js";
import { htmlReport } from "../load/html-report.js";
import type { LoadJob } from "../load/load-job.js";
import type { LoadPlan } from "../load/load-run.js";
import { LocalWorker, ThreadWorker, type WorkerHandle } from "../load/load-threads.js";
import { TemplateError } from "../load/placeholder.js";
import type { Measured } from "../load/recorder.js";
import { makeSchedule, type Ramp, type Rate } from "../load/schedule.js";
import { type RunSummary, summarize } from "../load/summary.js";
import { textReport } from "../load/text-report.js";
import { crossedOf, type Threshold } from "../load/threshold.js";
import { BenchProgress } from "./bench-progress.js";
import { CliError, ExitCode } from "./exit-code.js";
import type { CliIo } from "./io.js";
import { type FoundMethod, findMethod, type SchemaFlags } from "./method-source.js";
import { clientTls, type TlsFlags } from "./tls-flags.js";

/** The command line of `peregrine bench`, as commander names it. Times are in ms. */
export interface BenchFlags extends TlsFlags, SchemaFlags {
  readonly target: string;
  readonly method: string;
  readonly data?: string | undefined;
  readonly dataFile?: string;
  readonly templates: boolean;
  readonly messages?: number;
  readonly concurrency: number;
  readonly connections?: number;
  readonly workers: number;
  readonly rate?: number;
  readonly ramp?: Ramp;
  readonly duration?: number;
  readonly count?: number;
  readonly warmup: number;
  readonly metadata?: readonly (readonly [string, string])[];
  readonly timeout?: number;
  readonly connectTimeout: number;
  readonly compress?: string;
  readonly authority?: string;
  readonly maxMessageBytes?: number;
  readonly checkResponses: boolean;
  readonly failIf?: readonly Threshold[];
  readonly html?: string;
  readonly json: boolean;
}

const durationDefaultMs = 10_000;

/** Makes the calls and prints what came of them. */
export async function runBench(flags: BenchFlags, io: CliIo): Promise<ExitCode> {
  checkFlags(flags);
  const tls = clientTls(flags);
  const found = await findMethod(flags.method, flags, () => makeChannel(flags, tls));
  const data = await readData(flags, io);
  const jobs = makeJobs(flags, tls, found, data);
  const startedAt = new Date().toISOString();
  const { measured, interrupted } = await runJobs(jobs, io);
  const { shape, method } = namesOf(found);
  const summary = summarize(
    {
      target: flags.target,
      method,
      shape,
      concurrency: flags.concurrency,
      connections: connectionsOf(flags),
      workers: flags.workers,
      ...(flags.rate === undefined ? {} : { ratePerSecond: flags.rate }),
      startedAt,
      interrupted,
    },
    measured,
  );
  return tell(summary, measured, flags, io);
}

function namesOf({ method }: FoundMethod): { shape: string; method: string } {
  return { shape: method.methodKind, method: `${method.parent.typeName}/${method.name}` };
}

function tell(summary: RunSummary, measured: readonly Measured[], flags: BenchFlags, io: CliIo): ExitCode {
  const crossed = crossedOf(flags.failIf ?? [], summary, measured);
  if (flags.html !== undefined) writeHtml(flags.html, htmlReport(summary, crossed));
  if (flags.json) io.stdout(`${JSON.stringify({ ok: crossed.length === 0, ...summary, crossed })}\n`);
  else io.stdout(textReport(summary, crossed));
  return crossed.length === 0 ? ExitCode.ok : ExitCode.failure;
}

function writeHtml(path: string, page: string): void {
  try {
    writeFileSync(path, page);
  } catch (error) {
    throw new CliError(`--html ${path}: cannot be written: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function checkFlags(flags: BenchFlags): void {
  const { rate, ramp, workers, concurrency, data, dataFile } = flags;
  const connections = connectionsOf(flags);
  const usage = (text: string): CliError => new CliError(text, ExitCode.usage);
  if (ramp !== undefined && rate === undefined) throw usage("--ramp needs --rate, the rate that it leads to");
  if (connections < workers) {
    throw usage(`--connections ${connections} are fewer than --workers ${workers}: each worker has one at least`);
  }
  if (concurrency < connections) {
    throw usage(`--concurrency ${concurrency} is less than the ${connections} connections: some would have no calls`);
  }
  if (data !== undefined && dataFile !== undefined) throw usage("there is data on the command line and in --data-file");
  try {
    if (rate !== undefined) makeSchedule(rateOf(flags) as Rate);
  } catch (error) {
    throw usage((error as Error).message);
  }
}

function rateOf({ rate, ramp }: BenchFlags): Rate | undefined {
  return rate === undefined ? undefined : { perSecond: rate, ramp };
}

function connectionsOf({ connections, workers }: BenchFlags): number {
  return connections ?? workers;
}

function makeChannel(flags: BenchFlags, tls: LoadJob["tls"]): Channel {
  return orCliError(() => new Channel(flags.target, { tls, authority: flags.authority }));
}

async function readData({ data, dataFile }: BenchFlags, io: CliIo): Promise<string | undefined> {
  if (dataFile === undefined) return data;
  try {
    if (dataFile === "-") return new TextDecoder().decode(await io.readStdin());
    return readFileSync(dataFile, "utf8");
  } catch (error) {
    throw new CliError(`--data-file ${dataFile}: cannot be read: ${error instanceof Error ? error.message : error}`);
  }
}

function makeJobs(flags: BenchFlags, tls: LoadJob["tls"], found: FoundMethod, data: string | undefined): LoadJob[] {
  const { workers, concurrency, count, warmup } = flags;
  const { method, descriptors } = found;
  const durationMs = flags.duration ?? (count === undefined ? durationDefaultMs : undefined);
  const rate = rateOf(flags);
  return Array.from({ length: workers }, (_, worker) => {
    const plan: LoadPlan = {
      concurrency: share(concurrency, worker, workers),
      rate,
      durationMs,
      count,
      warmupMs: warmup,
      worker,
      workers,
    };
    return {
      target: flags.target,
      connections: share(connectionsOf(flags), worker, workers),
      worker,
      metadata: flags.metadata ?? [],
      tls,
      authority: flags.authority,
      timeoutMs: flags.timeout,
      compression: flags.compress,
      receiveMessageBytesMax: flags.maxMessageBytes,
      checkResponses: flags.checkResponses,
      descriptors,
      service: method.parent.typeName,
      method: method.name,
      data,
      withTemplates: flags.templates,
      messagesPerStream: flags.messages,
      connectTimeoutMs: flags.connectTimeout,
      plan,
    };
  });
}

/** Parts as equal as can be, which add up to all of it. */
function share(all: number, worker: number, workers: number): number {
  return Math.floor(all / workers) + (worker < all % workers ? 1 : 0);
}

async function runJobs(
  jobs: readonly LoadJob[],
  io: CliIo,
): Promise<{ readonly measured: readonly Measured[]; readonly interrupted: boolean }> {
  const workers = jobs.map((job) => orCliError(() => makeWorker(job, jobs.length)));
  let interrupted = false;
  let onGiveUp: () => void = () => undefined;
  const givenUp = new Promise<never>((_, reject) => {
    onGiveUp = () => reject(new CliError("interrupted before the calls had begun"));
  });
  givenUp.catch(() => undefined);
  let started = false;
  const forget = io.onInterrupt(() => {
    if (!started) onGiveUp();
    // The first time, calls in flight may end; the second time, they are cut.
    for (const worker of workers) worker.stop(interrupted ? 0 : undefined);
    interrupted = true;
  });
  const progress = new BenchProgress(workers, io);
  try {
    await Promise.race([Promise.all(workers.map((worker) => worker.connect())), givenUp]);
    started = true;
    progress.start();
    return { measured: await Promise.all(workers.map((worker) => worker.run())), interrupted };
  } catch (error) {
    for (const worker of workers) worker.abandon();
    throw asCliError(error);
  } finally {
    progress.end();
    forget();
  }
}

/** One worker needs no thread, and none but its own is started for the command. */
function makeWorker(job: LoadJob, count: number): WorkerHandle {
  return count === 1 ? new LocalWorker(job) : new ThreadWorker(workerScript(), job);
}

/** The module that threads start with: beside this one, or above the folder of shared parts in the package. */
function workerScript(): URL {
  const beside = new URL("./bench-worker.js", import.meta.url);
  return existsSync(beside) ? beside : new URL("../bench-worker.js", import.meta.url);
}

function orCliError<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw asCliError(error);
  }
}

/** What a user can have caused: data, options, a server that is not there. */
function asCliError(error: unknown): unknown {
  if (error instanceof TemplateError) return new CliError(`the data cannot be used: ${error.message}`);
  if (error instanceof RpcError) return new CliError(`${error.codeName}: ${error.message}`);
  return error instanceof Error && !(error instanceof CliError) ? new CliError(error.message) : error;
}
