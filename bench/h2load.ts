import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runToEnd } from "../tools/processes.js";
import { pinned } from "./pin.js";

export const hasH2load: boolean = spawnSync("h2load", ["--version"]).error === undefined;

export interface Load {
  readonly port: number;
  readonly secure: boolean;
  readonly path: string;
  /** HTTP/1.1, where a connection has one request at a time. */
  readonly http1?: boolean;
  readonly connections: number;
  /** Requests in flight on each connection. */
  readonly streams: number;
  readonly requests: number;
  readonly contentType: string;
  readonly body: Uint8Array;
  /** What an answer has at least; h2load looks at the HTTP status only, and an answer that failed has no body. */
  readonly answerBytesMin: number;
}

/**
 * Sends requests with h2load; gives requests per second.
 *
 * @throws when one request failed, or it took longer than a minute
 */
export async function runH2load(load: Load): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  try {
    const body = join(folder, "body");
    writeFileSync(body, load.body);
    const { program, args } = pinned("client", { program: "h2load", args: argumentsOf(load, body) });
    const { code, output } = await runToEnd(program, args, { timeoutMs: 60_000 });
    return readRate(load, code, output);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function argumentsOf(load: Load, body: string): string[] {
  const headers = ["-H", `content-type: ${load.contentType}`, "-H", "te: trailers"];
  const amount = ["-n", `${load.requests}`, "-c", `${load.connections}`, "-m", `${load.streams}`];
  const url = `${load.secure ? "https" : "http"}://127.0.0.1:${load.port}${load.path}`;
  return [...(load.http1 === true ? ["--h1"] : []), ...amount, ...headers, "-d", body, url];
}

/** Exported for tests. */
export function readRate(load: Pick<Load, "requests" | "answerBytesMin">, code: number, output: string): number {
  const finished = /finished in ([\d.]+)(us|ms|s|m)\b/.exec(output);
  const succeeded = Number(/(\d+) succeeded/.exec(output)?.[1]);
  const dataBytes = Number(/\((\d+)\) data/.exec(output)?.[1]);
  const complete = succeeded === load.requests && dataBytes >= load.requests * load.answerBytesMin;
  if (code !== 0 || finished === null || !complete) {
    const found = `${succeeded} of ${load.requests} succeeded with ${dataBytes} bytes of answers`;
    throw new Error(`h2load: exit code ${code}, ${found}\n${output.trim().split("\n").slice(-12).join("\n")}`);
  }
  const seconds = { us: 1e-6, ms: 1e-3, s: 1, m: 60 }[finished[2] as "us" | "ms" | "s" | "m"];
  return load.requests / (Number(finished[1]) * seconds);
}
