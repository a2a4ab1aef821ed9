import type { FileElement, FileNode, ImportNode, PackageNode, SyntaxNode } from "./ast.js";
import { Cursor } from "./cursor.js";
import type { DiagnosticList } from "./diagnostic.js";
import { enumNode } from "./parse-enum.js";
import { utf8String } from "./parse-literal.js";
import { extend, message } from "./parse-message.js";
import { optionStatement } from "./parse-option.js";
import { service } from "./parse-service.js";
import { visibility, visibilityUse } from "./parse-visibility.js";
import { Sym, TokenKind, type TokenList } from "./token.js";

/** Reads a whole file. After a syntax error it goes on with the next statement, so that all errors are told. */
export function parseFile(tokens: TokenList, diagnostics: DiagnosticList): FileNode {
  const c = new Cursor(tokens, diagnostics);
  const elements: FileElement[] = [];
  while (c.kind !== TokenKind.End && !diagnostics.isFull) {
    if (c.isSymbol(Sym.BraceClose)) {
      c.errorAt(c.pos, c.pos, 'Unmatched "}".');
      c.pos++;
      continue;
    }
    c.recovering(() => elements.push(fileElement(c, elements.length === 0)));
  }
  return { elements };
}

function fileElement(c: Cursor, isFirst: boolean): FileElement {
  if (c.isSymbol(Sym.Semicolon)) return { kind: "empty", start: c.pos, end: c.pos++ };
  const its = visibility(c);
  const word = c.kind === TokenKind.Identifier ? c.tokens.textOf(c.pos) : "";
  if (its !== undefined && word !== "message" && word !== "enum") c.fail(visibilityUse);
  switch (word) {
    case "syntax":
    case "edition":
      return syntax(c, word === "edition", isFirst);
    case "package":
      return packageNode(c);
    case "import":
      return importNode(c);
    case "option":
      return optionStatement(c);
    case "message":
      return message(c, its);
    case "enum":
      return enumNode(c, its);
    case "service":
      return service(c);
    case "extend":
      return extend(c);
    default:
      return c.fail('Expected top-level statement (e.g. "message").');
  }
}

function syntax(c: Cursor, isEdition: boolean, isFirst: boolean): SyntaxNode {
  const start = c.pos++;
  if (!isFirst) c.errorAt(start, start, `"${c.tokens.textOf(start)}" must be the first statement of the file.`);
  c.expectSymbol(Sym.Equals);
  const value = utf8String(c, isEdition ? "Expected edition, in quotes." : "Expected syntax identifier, in quotes.");
  if (isEdition) c.hasVisibility = value.text !== "2023";
  return { kind: "syntax", isEdition, value, start, end: c.expectSymbol(Sym.Semicolon) };
}

function packageNode(c: Cursor): PackageNode {
  const start = c.expectWord("package");
  const name = c.dottedName("Expected package name.", false);
  return { kind: "package", name, start, end: c.expectSymbol(Sym.Semicolon) };
}

function importNode(c: Cursor): ImportNode {
  const start = c.expectWord("import");
  let modifier: ImportNode["modifier"];
  for (const text of ["public", "weak", "option"] as const) {
    if (modifier === undefined && c.isWord(text)) modifier = { text, start: c.pos, end: c.pos++ };
  }
  const path = utf8String(c, "Expected a string naming the file to import.");
  return { kind: "import", modifier, path, start, end: c.expectSymbol(Sym.Semicolon) };
}
