import { existsSync, readFileSync } from "node:fs";
import type { DescMethod } from "@bufbuild/protobuf";
import { RpcError } from "../base/rpc-error.js";
import { htmlReport } from "../load/html-report.js";
import type { LoadJob } from "../load/load-job.js";
import { LocalWorker, ThreadWorker, type WorkerHandle } from "../load/load-threads.js";
import { TemplateError } from "../load/placeholder.js";
import type { Measured } from "../load/recorder.js";
import { makeSchedule, type Rate } from "../load/schedule.js";
import { type RunSummary, summarize } from "../load/summary.js";
import { textReport } from "../load/text-report.js";
import { crossedOf } from "../load/threshold.js";
import { type BenchFlags, connectionsOf, rateOf } from "./bench-flags.js";
import { makeJobs } from "./bench-jobs.js";
import { BenchProgress } from "./bench-progress.js";
import { connect } from "./connect.js";
import { CliError, ExitCode } from "./exit-code.js";
import { printFailure } from "./failure-report.js";
import { findMethod } from "./find-method.js";
import { Interrupt } from "./interrupt.js";
import type { CliIo } from "./io.js";
import { hasSchemaFlags, openFiles, ReflectionSource } from "./schema-source.js";
import { headersOf, metadataFrom, openChannel } from "./target-options.js";
import { writeWholeFile } from "./whole-file.js";

/** Makes the calls and prints what came of them. */
export async function runBench(flags: BenchFlags, io: CliIo): Promise<number> {
  checkFlags(flags);
  const interrupt = new Interrupt(io);
  let hasBegun = false;
  const onBegin = (): void => {
    hasBegun = true;
  };
  try {
    return await measure(flags, io, interrupt, onBegin);
  } catch (error) {
    if (interrupt.exitCode === undefined || hasBegun) throw error;
    const text = "interrupted before the calls had begun: nothing was measured";
    if (flags.json) printFailure(new CliError(text), "result", io);
    else io.stderr(`peregrine: ${text}\n`);
    return interrupt.exitCode;
  } finally {
    interrupt.close();
  }
}

async function measure(flags: BenchFlags, io: CliIo, interrupt: Interrupt, onBegin: () => void): Promise<number> {
  const method = await methodOf(flags, interrupt.signal);
  const jobs = makeJobs(flags, method, await readData(flags, io, interrupt.signal));
  const startedAt = new Date().toISOString();
  const measured = await runJobs(jobs, io, interrupt.signal, onBegin);
  const summary = summarize(
    {
      target: flags.host,
      method: `${method.parent.typeName}/${method.name}`,
      shape: method.methodKind,
      concurrency: flags.concurrency,
      connections: connectionsOf(flags),
      workers: flags.workers,
      ...(flags.rate === undefined ? {} : { ratePerSecond: flags.rate }),
      startedAt,
      interrupted: interrupt.exitCode !== undefined,
    },
    measured,
  );
  const isOk = tell(summary, measured, flags, io);
  if (summary.calls === 0) return interrupt.exitCode ?? ExitCode.failure;
  return isOk ? ExitCode.ok : ExitCode.failure;
}

/** What the options say of channels and headers is checked here, before anything is read or begun. */
async function methodOf(flags: BenchFlags, signal: AbortSignal): Promise<DescMethod> {
  // Those with placeholders are made for each call, and cannot stand in a question to the server.
  const metadata = metadataFrom(headersOf(flags).filter(([, value]) => !value.includes("{{")));
  const channel = openChannel(flags.host, flags, { compression: flags.compress });
  try {
    if (hasSchemaFlags(flags)) return await findMethod(openFiles(flags), flags.method);
    await connect(channel, { timeoutMs: flags.connectTimeout, signal });
    return await findMethod(new ReflectionSource(channel, { metadata, signal }), flags.method);
  } catch (error) {
    throw asCliError(error);
  } finally {
    await channel.close({ graceMs: 0 });
  }
}

/**
 * Tells the result in all forms that are asked for; a page that cannot be written takes nobody the rest of it.
 *
 * @returns whether something was measured, no condition held, and all was written
 */
function tell(summary: RunSummary, measured: readonly Measured[], flags: BenchFlags, io: CliIo): boolean {
  const crossed = crossedOf(flags.failIf ?? [], summary, measured);
  const unwritten = flags.html === undefined ? undefined : writeHtml(flags.html, htmlReport(summary, crossed));
  const empty = summary.calls === 0 ? "nothing was measured: no call that counts has ended" : undefined;
  const error = empty ?? unwritten;
  const ok = crossed.length === 0 && error === undefined;
  if (flags.json) io.stdout(`${JSON.stringify({ ok, error, ...summary, crossed })}\n`);
  else io.stdout(textReport(summary, crossed));
  if (error !== undefined && !flags.json) io.stderr(`peregrine: ${error}\n`);
  return ok;
}

/** @returns why it cannot be written */
function writeHtml(path: string, page: string): string | undefined {
  try {
    writeWholeFile(path, () => [page]);
    return undefined;
  } catch (error) {
    return `--html ${path}: cannot be written: ${error instanceof Error ? error.message : String(error)}`;
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

async function readData({ data, dataFile }: BenchFlags, io: CliIo, signal: AbortSignal): Promise<string | undefined> {
  const path = dataFile ?? (data === "-" ? "-" : data?.startsWith("@") ? data.slice(1) : undefined);
  if (path === undefined) return data;
  try {
    if (path === "-") return await readStdin(io, signal);
    return readFileSync(path, "utf8");
  } catch (error) {
    const flag = dataFile === undefined ? "@" : "--data-file ";
    throw new CliError(`${flag}${path}: cannot be read: ${error instanceof Error ? error.message : error}`);
  }
}

/** A user who ends the command does not wait for the end of standard input. */
async function readStdin(io: CliIo, signal: AbortSignal): Promise<string> {
  const stdin = io.openStdin();
  const close = (): void => stdin.close();
  signal.addEventListener("abort", close);
  const chunks: Uint8Array[] = [];
  for await (const chunk of stdin.chunks) chunks.push(chunk);
  signal.removeEventListener("abort", close);
  signal.throwIfAborted();
  return new TextDecoder().decode(Buffer.concat(chunks));
}

async function runJobs(
  jobs: readonly LoadJob[],
  io: CliIo,
  signal: AbortSignal,
  onBegin: () => void,
): Promise<Measured[]> {
  const workers = jobs.map((job) => orCliError(() => makeWorker(job, jobs.length)));
  const progress = new BenchProgress(workers, io);
  let forget: () => void = () => undefined;
  try {
    await unlessAborted(Promise.all(workers.map((worker) => worker.connect())), signal);
    onBegin();
    let times = 0;
    // The first time, calls in flight may end; the second time, they are cut.
    forget = io.onInterrupt(() => {
      for (const worker of workers) times === 0 ? worker.stop() : worker.cut();
      times++;
    });
    progress.start();
    return await Promise.all(workers.map((worker) => worker.run()));
  } catch (error) {
    for (const worker of workers) worker.abandon();
    throw asCliError(error);
  } finally {
    progress.end();
    forget();
  }
}

async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let onAbort: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
  });
  if (signal.aborted) onAbort();
  signal.addEventListener("abort", onAbort);
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
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
  if (error instanceof TemplateError) return failure(`the data cannot be used: ${error.message}`, error);
  if (error instanceof RpcError) return failure(`${error.codeName}: ${error.message}`, error);
  return error instanceof Error && !(error instanceof CliError) ? failure(error.message, error) : error;
}

function failure(message: string, cause: Error): CliError {
  return new CliError(message, ExitCode.failure, { cause });
}
