import type { AggregateField, AggregateValue, ListValue, OptionValue, StringValue } from "../proto/ast.js";
import { Sym } from "../proto/token.js";
import type { Separator, TokenPrinter } from "./token-printer.js";

/** The value of an option or of a field in one. */
export function printValue(p: TokenPrinter, value: OptionValue, separator: Separator): void {
  if (value.kind === "aggregate") printAggregate(p, value, separator);
  else if (value.kind === "list") printList(p, value, separator);
  else if (isSeveralLiterals(value)) p.indented(() => printString(p, value, separator));
  else p.run(value.start, value.end, separator);
}

/** A string that is one literal stays on its line; others have each literal on a line, as `buf` has it not further in. */
export function printString(p: TokenPrinter, value: StringValue, separator: Separator): void {
  const { tokens } = p;
  if (value.start === value.end) {
    p.token(value.start, separator);
    return;
  }
  for (let at = value.start; at <= value.end; at++) {
    p.token(at, "line");
    if (at < value.end && tokens.line(at) === tokens.line(at + 1)) p.trail("below");
  }
}

/** `{ ... }`, without the separators that its fields need not have. */
function printAggregate(p: TokenPrinter, value: AggregateValue, separator: Separator): void {
  p.token(value.start, separator, "{");
  if (isOneLine(p, value)) {
    for (const field of value.fields) printField(p, field, "none");
    p.token(value.end, "none", "}");
    return;
  }
  p.trail("inside");
  p.indented(() => {
    for (const [i, field] of value.fields.entries()) {
      printField(p, field, i === 0 ? "line" : "keep");
      p.trail(isContainer(field.value) ? "block" : "below");
    }
  });
  p.close(value.end, "}");
}

/** At most one field, whose value is plain. */
function isOneLine(p: TokenPrinter, value: AggregateValue): boolean {
  if (value.fields.length > 1 || p.hasComments(value.start, value.end)) return false;
  return value.fields.every((field) => !isContainer(field.value) && !isSeveralLiterals(field.value));
}

function isContainer(value: OptionValue): boolean {
  return value.kind === "aggregate" || value.kind === "list";
}

function isSeveralLiterals(value: OptionValue): value is StringValue {
  return value.kind === "string" && value.start !== value.end;
}

function printField(p: TokenPrinter, field: AggregateField, separator: Separator): void {
  p.run(field.name.start, field.name.end, separator);
  const colon = field.name.end + 1;
  if (p.tokens.kind(colon) === Sym.Colon) p.token(colon, "tight");
  else p.insert(":");
  printValue(p, field.value, "space");
}

/** `[ ... ]`: one line for at most one plain item, else a line for each. */
function printList(p: TokenPrinter, value: ListValue, separator: Separator): void {
  p.token(value.start, separator);
  const [only] = value.items;
  const isPlain = only === undefined || !(isContainer(only) || isSeveralLiterals(only));
  if (value.items.length <= 1 && isPlain && !p.hasComments(value.start, value.end)) {
    if (only !== undefined) printValue(p, only, "none");
    p.token(value.end, "none");
    return;
  }
  p.indented(() => {
    for (const [i, item] of value.items.entries()) {
      if (i > 0) p.token(item.start - 1, "tight");
      if (isSeveralLiterals(item)) printString(p, item, "line");
      else {
        p.pairNext();
        printValue(p, item, i === 0 ? "line" : "keep");
      }
      p.trail("below");
    }
  });
  p.close(value.end);
}
