import { type Diagnostic, formatDiagnostic } from "../proto/diagnostic.js";
import type { CliIo } from "./io.js";
import { asIs, printable } from "./printable.js";

const red = "\u001b[1;31m";
const yellow = "\u001b[1;33m";
const plain = "\u001b[0m";

/** Diagnostics as lines for people, with the severity in colour where the terminal can show it. */
export function diagnosticText(diagnostics: readonly Diagnostic[], color: boolean): string {
  return diagnostics.map((one) => `${color ? colored(one) : plainText(one)}\n`).join("");
}

/** Prints diagnostics on standard error. */
export function tellDiagnostics(diagnostics: readonly Diagnostic[], io: Pick<CliIo, "stderr" | "colorStderr">): void {
  io.stderr(asIs(diagnosticText(diagnostics, io.colorStderr)));
}

/** Files may say anything, and what is wrong with them repeats it. */
function plainText(one: Diagnostic): string {
  return printable(formatDiagnostic(one));
}

function colored(one: Diagnostic): string {
  const word = `${one.severity}:`;
  const paint = one.severity === "error" ? red : yellow;
  // The first such word with a blank in front stands behind the place: a path cannot be told apart further.
  return plainText(one).replace(` ${word} `, ` ${paint}${word}${plain} `);
}
