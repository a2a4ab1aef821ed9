import { type Diagnostic, DiagnosticList } from "../proto/diagnostic.js";
import { lex } from "../proto/lexer.js";
import { sourceUnitsMax } from "../proto/limits.js";
import { parseFile } from "../proto/parse-file.js";
import { printFile } from "./print-file.js";

/** What became of a text. */
export type FormatResult =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/**
 * Brings the text of a `.proto` file into the form that all have, the form of `buf format`. Needs a text without syntax
 * errors; names in it need not exist.
 *
 * @param displayPath the file in messages
 */
export function formatProto(text: string, displayPath: string): FormatResult {
  const diagnostics = new DiagnosticList({ path: displayPath, displayPath, text });
  if (text.length > sourceUnitsMax) {
    diagnostics.error(0, 0, `The file is longer than ${sourceUnitsMax} characters.`);
    return { ok: false, diagnostics: diagnostics.sorted() };
  }
  const tokens = lex(text, diagnostics);
  const node = parseFile(tokens, diagnostics);
  if (diagnostics.errorCount > 0) return { ok: false, diagnostics: diagnostics.sorted() };
  return { ok: true, text: printFile(tokens, node) };
}
