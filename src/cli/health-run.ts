import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import { Health, HealthCheckResponse_ServingStatus as Serving } from "../services/grpc/health/v1/health_pb.js";
import { connect } from "./connect.js";
import { Interrupt } from "./interrupt.js";
import type { CliIo } from "./io.js";
import { tellStack } from "./stack-text.js";
import type { TargetFlags } from "./target-flags.js";
import { metadataOf, openChannel } from "./target-options.js";

/** The command line of `peregrine health`, as commander names it. */
export interface HealthFlags extends TargetFlags {
  readonly host: string;
  readonly service: string;
  readonly json: boolean;
  readonly watch: boolean;
  /** In ms. */
  readonly timeout: number;
}

/** Those of grpc_health_probe; 1 is for a wrong command line. */
export const HealthExit = { serving: 0, usage: 1, noConnection: 2, callFailed: 3, notServing: 4 } as const;

/** Asks a server how it is. */
export async function runHealth(flags: HealthFlags, io: CliIo): Promise<number> {
  const metadata = metadataOf(flags);
  const interrupt = new Interrupt(io);
  const { signal } = interrupt;
  const channel = openChannel(flags.host, flags);
  let failed: number = HealthExit.noConnection;
  try {
    await connect(channel, { timeoutMs: flags.connectTimeout, signal });
    failed = HealthExit.callFailed;
    const client = channel.client(Health);
    const { service, timeout: timeoutMs } = flags;
    if (!flags.watch) return tell((await client.check({ service }, { metadata, signal, timeoutMs })).status, flags, io);
    let code: number = HealthExit.callFailed;
    for await (const { status } of client.watch({ service }, { metadata, signal })) code = tell(status, flags, io);
    return code;
  } catch (error) {
    if (interrupt.exitCode !== undefined) return interrupt.exitCode;
    if (!(error instanceof RpcError)) throw error;
    const { code, codeName: status } = error;
    const message = explain(error, flags);
    io.stderr(
      flags.json ? `${JSON.stringify({ code, status, message })}\n` : `peregrine: ${status} (${code}): ${message}\n`,
    );
    tellStack(error, io);
    return failed;
  } finally {
    interrupt.close();
    await channel.close({ graceMs: 0 });
  }
}

function tell(status: Serving, { json, service }: HealthFlags, io: CliIo): number {
  const name = Object.entries(Serving).find(([, number]) => number === status)?.[0] ?? String(status);
  io.stdout(json ? `${JSON.stringify({ service, status: name })}\n` : `${name}\n`);
  return status === Serving.SERVING ? HealthExit.serving : HealthExit.notServing;
}

function explain(error: RpcError, { host, service }: HealthFlags): string {
  const text = error.message;
  if (error.code === Status.UNIMPLEMENTED) return `${text}; the server at ${host} has no grpc.health.v1.Health`;
  return error.code === Status.NOT_FOUND
    ? `${text}; the server's health knows no service ${JSON.stringify(service)}`
    : text;
}
