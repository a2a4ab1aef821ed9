import type { BenchClient } from "./client.js";
import { type Measured, makePayload, type Task } from "./task.js";

/**
 * Keeps `inFlight` calls under way until the time is over, and waits for the last of them. An answer of another length
 * than what was sent is an error; that each byte is right was looked at before (`checkClient`).
 */
export async function measure(client: BenchClient, task: Task): Promise<Measured> {
  const { beside } = task;
  if (beside === undefined) return load(client, task);
  const [measured, { operations }] = await Promise.all([
    load(client, task),
    load(client, { ...task, ...beside, kind: "unary" }),
  ]);
  return { ...measured, besideOperations: operations };
}

function load(client: BenchClient, task: Task): Promise<Measured> {
  const latencies: number[] = [];
  const keepLatency = task.kind === "unary" && task.inFlight === 1;
  let operations = 0;
  let running = 0;
  const start = performance.now();
  const endAt = start + task.durationMs;
  return new Promise((resolve, reject) => {
    const run = starter(client, task);
    const next = (): void => {
      const now = performance.now();
      if (now < endAt) return void begin(now);
      if (--running > 0) return;
      const result = { operations, elapsedMs: now - start };
      resolve(keepLatency ? { ...result, latencyUs: percentiles(latencies) } : result);
    };
    const begin = (startedAt: number): void => {
      run((error, done) => {
        if (error !== undefined && error !== null) return void reject(error);
        if (keepLatency) latencies.push(performance.now() - startedAt);
        operations += done;
        next();
      });
    };
    for (; running < task.inFlight; running++) begin(start);
  });
}

/** Called at the end of a call, with how many operations it was. */
type Finish = (error: unknown, operations: number) => void;

/** Starts one call of the task's kind. */
function starter(client: BenchClient, task: Task): (finish: Finish) => void {
  const payload = makePayload(task.payloadBytes);
  const { messages } = task;
  const lengthError = (got: number): Error => new Error(`an answer of ${got} bytes, not ${payload.length}`);
  if (task.kind === "unary") {
    return (finish) =>
      client.unary(payload, (error, echo) => {
        if (error || echo?.length === payload.length) finish(error, 1);
        else finish(lengthError(echo?.length ?? 0), 0);
      });
  }
  if (task.kind === "client-stream") {
    return (finish) =>
      client.clientStream(payload, messages, (error, count) => {
        if (error || count === messages) finish(error, messages);
        else finish(new Error(`the server counted ${count} messages, not ${messages}`), 0);
      });
  }
  const stream = task.kind === "bidi" ? client.bidi : client.serverStream;
  return (finish) => {
    let count = 0;
    let wrong: number | undefined;
    const onMessage = (echo: Uint8Array): void => {
      count++;
      if (echo.length !== payload.length) wrong = echo.length;
    };
    stream(payload, messages, onMessage, (error) => {
      if (error) finish(error, 0);
      else if (wrong !== undefined) finish(lengthError(wrong), 0);
      else if (count !== messages) finish(new Error(`${count} messages came, not ${messages}`), 0);
      else finish(undefined, messages);
    });
  };
}

function percentiles(latenciesMs: readonly number[]): { p50: number; p99: number } {
  const sorted = Float64Array.from(latenciesMs).sort();
  const at = (share: number): number => Math.round((sorted[Math.floor(sorted.length * share)] ?? 0) * 10_000) / 10;
  return { p50: at(0.5), p99: at(0.99) };
}
