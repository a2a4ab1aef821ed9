import type { CompactOptions, OptionNode } from "../proto/ast.js";
import { printValue } from "./print-value.js";
import type { Separator, TokenPrinter } from "./token-printer.js";

/** `option name = value;` */
export function printOption(p: TokenPrinter, node: OptionNode, separator: Separator): void {
  p.token(node.start, separator);
  printAssignment(p, node, "space");
  p.token(node.end, "tight");
}

/** `[name = value]`; a line for each when there are several, or a comment that needs one. */
export function printCompactOptions(p: TokenPrinter, node: CompactOptions | undefined): void {
  if (node === undefined) return;
  p.token(node.start, "space");
  const [only] = node.options;
  if (node.options.length === 1 && only !== undefined && isOneLine(p, node, only)) {
    printAssignment(p, only, "none");
    p.token(node.end, "none");
    return;
  }
  p.indented(() => {
    for (const [i, option] of node.options.entries()) {
      if (i > 0) p.token(option.start - 1, "tight");
      printAssignment(p, option, i === 0 ? "line" : "keep");
      p.trail("below");
    }
  });
  p.close(node.end);
}

/** Comments inside of an option are printed on its line; before and behind it, there can be some that have lines of their own. */
function isOneLine(p: TokenPrinter, node: CompactOptions, only: OptionNode): boolean {
  return !p.hasComments(node.start, only.start) && !p.hasOwnLineComments(only.value.end);
}

function printAssignment(p: TokenPrinter, node: OptionNode, separator: Separator): void {
  const { start } = node.name[0]!;
  const end = node.name.at(-1)!.end;
  p.run(start, end, separator);
  p.token(end + 1, "space");
  printValue(p, node.value, "space");
}
