import { existsSync, readFileSync, writeFileSync } from "node:fs";
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
import { findMethod } from "./find-method.js";
import type { CliIo } from "./io.js";
import { hasSchemaFlags, openFiles, ReflectionSource } from "./schema-source.js";
import { headersOf, metadataFrom, openChannel } from "./target-options.js";

/** Makes the calls and prints what came of them. */
export async function runBench(flags: BenchFlags, io: CliIo): Promise<ExitCode> {
  checkFlags(flags);
  const method = await methodOf(flags);
  const jobs = makeJobs(flags, method, await readData(flags, io));
  const startedAt = new Date().toISOString();
  const { measured, interrupted } = await runJobs(jobs, io);
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
      interrupted,
    },
    measured,
  );
  return tell(summary, measured, flags, io);
}

/** What the options say of channels and headers is checked here, before anything is read or begun. */
async function methodOf(flags: BenchFlags): Promise<DescMethod> {
  // Those with placeholders are made for each call, and cannot stand in a question to the server.
  const metadata = metadataFrom(headersOf(flags).filter(([, value]) => !value.includes("{{")));
  const channel = openChannel(flags.host, flags, { compression: flags.compress });
  try {
    if (hasSchemaFlags(flags)) return await findMethod(openFiles(flags), flags.method);
    await connect(channel, { timeoutMs: flags.connectTimeout });
    return await findMethod(new ReflectionSource(channel, { metadata }), flags.method);
  } catch (error) {
    throw asCliError(error);
  } finally {
    await channel.close({ graceMs: 0 });
  }
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

async function readData({ data, dataFile }: BenchFlags, io: CliIo): Promise<string | undefined> {
  const path = dataFile ?? (data === "-" ? "-" : data?.startsWith("@") ? data.slice(1) : undefined);
  if (path === undefined) return data;
  try {
    if (path === "-") return new TextDecoder().decode(await io.readStdin());
    return readFileSync(path, "utf8");
  } catch (error) {
    const flag = dataFile === undefined ? "@" : "--data-file ";
    throw new CliError(`${flag}${path}: cannot be read: ${error instanceof Error ? error.message : error}`);
  }
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
  if (error instanceof TemplateError) return failure(`the data cannot be used: ${error.message}`, error);
  if (error instanceof RpcError) return failure(`${error.codeName}: ${error.message}`, error);
  return error instanceof Error && !(error instanceof CliError) ? failure(error.message, error) : error;
}

function failure(message: string, cause: Error): CliError {
  return new CliError(message, ExitCode.failure, { cause });
}
