import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runToEnd } from "../tools/processes.js";
import { pinned } from "./pin.js";
import { unaryPayloadBytes } from "./worker.js";

export const hasH2load: boolean = spawnSync("h2load", ["--version"]).error === undefined;

export interface Load {
  readonly port: number;
  readonly path: string;
  readonly connections: number;
  readonly streams: number;
  readonly requests: number;
}

/**
 * Calls a unary method with h2load; gives requests per second.
 *
 * @throws when one request failed, or it took longer than a minute
 */
export async function runH2load(load: Load): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  try {
    const body = join(folder, "body");
    writeFileSync(body, echoRequest());
    const headers = ["-H", "content-type: application/grpc", "-H", "te: trailers"];
    const amount = ["-n", `${load.requests}`, "-c", `${load.connections}`, "-m", `${load.streams}`];
    const { program, args } = pinned("client", "h2load", [
      ...amount,
      ...headers,
      "-d",
      body,
      `http://127.0.0.1:${load.port}${load.path}`,
    ]);
    const { code, output } = await runToEnd(program, args, { timeoutMs: 60_000 });
    const rate = /finished in [^,]+, ([\d.]+) req\/s/.exec(output)?.[1];
    const succeeded = Number(/(\d+) succeeded/.exec(output)?.[1]);
    // h2load looks at the HTTP status only; an answer without an echo in it has no body.
    const dataBytes = Number(/\((\d+)\) data/.exec(output)?.[1]);
    const complete = succeeded === load.requests && dataBytes >= load.requests * echoRequest().length;
    if (code !== 0 || rate === undefined || !complete) {
      throw new Error(`h2load: exit code ${code}, ${succeeded} of ${load.requests} succeeded\n${output}`);
    }
    return Number(rate);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The prefix of one message, and an EchoRequest with only field 1, `payload`. */
function echoRequest(): Uint8Array {
  const message = [0x0a, unaryPayloadBytes, ...new Uint8Array(unaryPayloadBytes)];
  return new Uint8Array([0, 0, 0, 0, message.length, ...message]);
}
