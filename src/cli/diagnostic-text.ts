import { type Diagnostic, formatDiagnostic } from "../proto/diagnostic.js";

const red = "\u001b[1;31m";
const yellow = "\u001b[1;33m";
const plain = "\u001b[0m";

/** Diagnostics as lines for people, with the severity in colour where the terminal can show it. */
export function diagnosticText(diagnostics: readonly Diagnostic[], color: boolean): string {
  return diagnostics.map((one) => `${color ? colored(one) : formatDiagnostic(one)}\n`).join("");
}

function colored(one: Diagnostic): string {
  const word = `${one.severity}:`;
  const paint = one.severity === "error" ? red : yellow;
  // The first such word with a blank in front stands behind the place: a path cannot be told apart further.
  return formatDiagnostic(one).replace(` ${word} `, ` ${paint}${word}${plain} `);
}
