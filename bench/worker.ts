/** What a client process is asked to do; each load is bounded by `durationMs`, and by nothing that the server does. */
export interface Task {
  readonly kind: "unary" | "server-stream";
  readonly port: number;
  /** Calls under way at any time. */
  readonly inFlight: number;
  readonly durationMs: number;
}

/** What a client process has measured. */
export interface Measured {
  /** Calls for unary, messages for streams. */
  readonly operations: number;
  readonly elapsedMs: number;
  /** Median and 99th percentile of one call in microseconds; only where `inFlight` is 1 and the kind is unary. */
  readonly latencyUs?: { readonly p50: number; readonly p99: number };
}

/** The message that every unary peer echoes: 11 bytes encoded. */
export const unaryPayloadBytes = 9;
/** Encoded a little over 100 bytes. */
export const streamPayloadBytes = 98;
/** Messages of one server-streaming call. */
export const streamMessages = 5_000;

/** A client of one implementation, connected to one server. */
export interface BenchClient {
  /** One echo; `done` is called when the response is there, or with what went wrong. */
  unary(done: (error?: unknown) => void): void;
  /** One stream of `streamMessages` responses; `onMessage` for each, `done` at the end. */
  serverStream(onMessage: () => void, done: (error?: unknown) => void): void;
  close(): void;
}

/** Keeps `inFlight` calls under way until the time is over, and waits for the last of them. */
export function measure(client: BenchClient, task: Task): Promise<Measured> {
  const latencies: number[] = [];
  const keepLatency = task.kind === "unary" && task.inFlight === 1;
  let operations = 0;
  let running = 0;
  const start = performance.now();
  const endAt = start + task.durationMs;
  return new Promise((resolve, reject) => {
    const next = (): void => {
      const now = performance.now();
      if (now < endAt) return void begin(now);
      if (--running > 0) return;
      const result = { operations, elapsedMs: now - start };
      resolve(keepLatency ? { ...result, latencyUs: percentiles(latencies) } : result);
    };
    const begin = (startedAt: number): void => {
      const done = (error?: unknown): void => {
        if (keepLatency) latencies.push(performance.now() - startedAt);
        if (task.kind === "unary") operations++;
        if (error === undefined || error === null) next();
        else reject(error);
      };
      if (task.kind === "unary") client.unary(done);
      else client.serverStream(() => operations++, done);
    };
    for (; running < task.inFlight; running++) begin(start);
  });
}

function percentiles(latenciesMs: number[]): { p50: number; p99: number } {
  const sorted = Float64Array.from(latenciesMs).sort();
  const at = (share: number): number => Math.round((sorted[Math.floor(sorted.length * share)] ?? 0) * 1000);
  return { p50: at(0.5), p99: at(0.99) };
}

/** The main loop of a client process: tasks come by message, results and errors go back. */
export function serveTasks(connect: (port: number) => BenchClient): void {
  const clients = new Map<number, BenchClient>();
  process.on("message", (task: Task) => {
    const client = clients.get(task.port) ?? connect(task.port);
    clients.set(task.port, client);
    measure(client, task).then(
      (measured) => process.send?.({ measured }),
      (error: unknown) => process.send?.({ error: String(error) }),
    );
  });
  process.once("disconnect", () => process.exit(0));
}

/** Tells the parent which port a server has; the process ends with its parent. */
export function announcePort(port: number): void {
  process.send?.({ port });
  process.once("disconnect", () => process.exit(0));
}
