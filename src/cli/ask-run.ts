import { RpcError } from "../base/rpc-error.js";
import { connect } from "./connect.js";
import { CliError, ExitCode } from "./exit-code.js";
import { Interrupt } from "./interrupt.js";
import type { CliIo } from "./io.js";
import { hasSchemaFlags, openFiles, ReflectionSource, type SchemaSource } from "./schema-source.js";
import { tellStack } from "./stack-text.js";
import type { SchemaFlags, TargetFlags } from "./target-flags.js";
import { metadataOf, openChannel } from "./target-options.js";

/** What commands have in common that ask what there is. */
export interface AskFlags extends TargetFlags, SchemaFlags {
  /** HOST and a name; with files only the name. */
  readonly args: readonly string[];
  readonly json: boolean;
}

/**
 * Works on what a server or files declare. A server is asked only where no files are named.
 *
 * @returns the exit code: of a call that failed its status
 */
export async function runAsk(
  flags: AskFlags,
  io: CliIo,
  work: (source: SchemaSource, name: string | undefined) => Promise<void>,
): Promise<number> {
  if (hasSchemaFlags(flags)) {
    await work(openFiles(flags), flags.args.at(-1));
    return ExitCode.ok;
  }
  const [host, name] = flags.args;
  if (host === undefined) throw new CliError("name a HOST, or files by --proto or --descriptor-set", ExitCode.usage);
  const interrupt = new Interrupt(io);
  const { signal } = interrupt;
  const metadata = metadataOf(flags);
  const channel = openChannel(host, flags);
  try {
    await connect(channel, { timeoutMs: flags.connectTimeout, signal });
    await work(new ReflectionSource(channel, { metadata, signal }), name);
    return ExitCode.ok;
  } catch (error) {
    if (interrupt.exitCode !== undefined) return interrupt.exitCode;
    if (!(error instanceof RpcError)) throw error;
    const { code, codeName: status, message } = error;
    io.stderr(
      flags.json ? `${JSON.stringify({ code, status, message })}\n` : `peregrine: ${status} (${code}): ${message}\n`,
    );
    tellStack(error, io);
    return error.code;
  } finally {
    interrupt.close();
    await channel.close({ graceMs: 0 });
  }
}
