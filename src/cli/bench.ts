import { type Command, InvalidArgumentError } from "commander";
import { concurrencyMax, connectionsMax, workersMax } from "../load/limits.js";
import type { Ramp } from "../load/schedule.js";
import { parseThreshold, type Threshold } from "../load/threshold.js";
import type { BenchFlags } from "./bench-flags.js";
import type { Completion } from "./command.js";
import type { CliIo } from "./io.js";
import { readTime, wholeNumber } from "./option-values.js";
import { addMessageSizeOption, addSchemaOptions, addTargetOptions } from "./target-flags.js";

const help = `
Without --rate, each of --concurrency callers makes its next call when the one before has ended. With --rate, calls are begun by the
clock, and latency counts from when a call was to begin: a server that stalls is charged for the calls that had to wait.

HOST, METHOD and the options that reach the server are those of peregrine call. Data is JSON, or @FILE, or - for standard input, with
placeholders: {{counter}}, {{uuid}}, {{randomInt 1 100}}, {{randomString 10}}, {{timestamp}} and more.
Values of --header take them too.

Examples:
  peregrine bench localhost:50051 shop.Shop/Price '{"article": "{{randomString 8}}"}' --duration 30s
  peregrine bench localhost:50051 shop.Shop/Price --rate 5000 --ramp linear:100:10s --fail-if 'p99>50ms' --fail-if 'errors>1%'
  peregrine bench localhost:50051 shop.Shop/Order --data-file lines.jsonl --messages 100 --count 10000 --html report.html`;

type Given = Omit<BenchFlags, "host" | "method" | "data">;

/** What the arguments name. */
export const completes: readonly Completion[] = [undefined, "method"];

/** `peregrine bench`. */
export function define(command: Command, run: (work: (io: CliIo) => Promise<number>) => Promise<void>): void {
  command
    .argument("<host>", "the server")
    .argument("<method>", "pkg.Service/Method; of the service's name the end will do")
    .argument("[data]", "the request, or an array of requests, in JSON; default: an empty message")
    .option("--data-file <file>", 'requests from a file: JSON, or JSON in each line; "-" reads standard input')
    .option("--no-templates", "take {{ in the data as it is")
    .option("--messages <n>", "requests of a stream; default: all of the data", wholeNumber(0, 1_000_000_000));
  addLoadFlags(command);
  addCallFlags(command);
  addMessageSizeOption(command);
  addSchemaOptions(command);
  addTargetOptions(command);
  command
    .option("--fail-if <condition>", "exit with 1 when it holds, as p99>50ms or errors>1%", collectThreshold)
    .option("--html <file>", "also write the result as a page with charts")
    .option("--json", "print the result as one JSON object", false)
    .addHelpText("after", help)
    .action((host: string, method: string, data: string | undefined, flags: Given) =>
      run(async (io) => {
        const { runBench } = await import("./bench-run.js");
        return runBench({ ...flags, host, method, data }, io);
      }),
    );
}

function addLoadFlags(command: Command): void {
  command
    .option("--concurrency <n>", "calls in flight at most, over all connections", wholeNumber(1, concurrencyMax), 50)
    .option("--connections <n>", "connections; default: one for each worker", wholeNumber(1, connectionsMax))
    .option("--workers <n>", "threads that make calls", wholeNumber(1, workersMax), 1)
    .option("--rate <n>", "calls to begin in each second, all workers together", rateOf)
    .option("--ramp <form>", "come to --rate by linear:FROM:TIME, or by steps:FROM:STEP:TIME", rampOf)
    .option("--duration <time>", "how long to begin calls; default 10s without --count", readTime)
    .option("--count <n>", "calls to make", wholeNumber(1, Number.MAX_SAFE_INTEGER))
    .option("--warmup <time>", "make calls for this long first, and do not count them; default: none", readTime)
    .option(
      "--grace <time>",
      "how long calls may go on at the end before they have failed; default: 5s or more",
      readTime,
    );
}

function addCallFlags(command: Command): void {
  command
    .option("--timeout <time>", "deadline of each call; default: none", readTime)
    .option("--compress <encoding>", "compress requests: gzip or deflate, zstd where Node has it")
    .option("--check-responses", "decode responses too, and count those that cannot be as errors", false);
}

function rateOf(text: string): number {
  const rate = Number(text);
  if (rate > 0 && Number.isFinite(rate)) return rate;
  throw new InvalidArgumentError("It must be a number above 0.");
}

function rampOf(text: string): Ramp {
  const [kind, from = "", ...rest] = text.split(":");
  const fromPerSecond = Number(from);
  if (from !== "" && fromPerSecond >= 0) {
    if (kind === "linear" && rest.length === 1) {
      return { kind, fromPerSecond, overMs: readTime(rest[0] as string) };
    }
    if (kind === "steps" && rest.length === 2 && Number(rest[0]) > 0 && fromPerSecond > 0) {
      return { kind, fromPerSecond, stepPerSecond: Number(rest[0]), eachMs: readTime(rest[1] as string) };
    }
  }
  throw new InvalidArgumentError("Write linear:100:10s or steps:1000:500:5s.");
}

function collectThreshold(text: string, before: readonly Threshold[] = []): Threshold[] {
  try {
    return [...before, parseThreshold(text)];
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}
