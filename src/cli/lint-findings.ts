import type { Finding } from "../proto/places.js";
import type { CliIo } from "./io.js";

/** Prints what a check found: a line for each, or one JSON object for all. */
export function printFindings(findings: readonly Finding[], json: boolean, io: CliIo): void {
  if (json) {
    io.stdout(`${JSON.stringify({ ok: findings.length === 0, findings })}\n`);
    return;
  }
  for (const one of findings) io.stdout(`${one.file}:${one.line}:${one.column}: ${one.message} (${one.rule})\n`);
}
