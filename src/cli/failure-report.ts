import { RpcError } from "../base/rpc-error.js";
import { tellDiagnostics } from "./diagnostic-text.js";
import { CliError, ExitCode } from "./exit-code.js";
import type { CliIo } from "./io.js";
import { stackText } from "./stack-text.js";

/**
 * How a command tells programs (`--json`) that it failed. `result`: on stdout, in place of the result, as `{"ok": false, "diagnostics",
 * "error"}`. `status`: on stderr, as the status of a call, since stdout has what the server said: `{"code", "status", "message"}`, of which
 * a failure before any call has `message` alone.
 */
export type FailureForm = "result" | "status";

/** Prints an error that ended a command; gives the exit code. */
export function reportFailure(error: unknown, json: FailureForm | undefined, io: CliIo): ExitCode {
  if (json !== undefined) {
    printFailure(error, json, io);
    if (io.debug === true) io.stderr(`${stackText(error)}\n`);
  } else {
    tellFailure(error, io);
  }
  return error instanceof CliError ? error.exitCode : ExitCode.failure;
}

/** The failure as one line of JSON. */
export function printFailure(error: unknown, form: FailureForm, io: Pick<CliIo, "stdout" | "stderr">): void {
  const message = error instanceof Error ? error.message : String(error);
  const diagnostics = error instanceof CliError ? error.diagnostics : [];
  if (form === "result") io.stdout(`${JSON.stringify({ ok: false, diagnostics, error: message })}\n`);
  else {
    const status = error instanceof RpcError ? { code: error.code, status: error.codeName } : {};
    const places = diagnostics.length === 0 ? {} : { diagnostics };
    io.stderr(`${JSON.stringify({ ...status, message, ...places })}\n`);
  }
}

/**
 * Prints what is wrong with a command line.
 *
 * @param help the command line that prints more
 */
export function reportWrongUse(text: string, help: string, json: FailureForm | undefined, io: CliIo): ExitCode {
  if (json !== undefined) printFailure(new CliError(text), json, io);
  else io.stderr(`peregrine: ${text}\n(try ${help})\n`);
  return ExitCode.usage;
}

function tellFailure(error: unknown, io: CliIo): void {
  const isKnown = error instanceof CliError;
  if (isKnown) tellDiagnostics(error.diagnostics, io);
  const message = error instanceof Error ? error.message : String(error);
  io.stderr(`peregrine: ${io.debug === true ? stackText(error) : message}\n`);
  if (!isKnown && io.debug !== true) io.stderr("This was not expected; --debug shows where it came from.\n");
}
