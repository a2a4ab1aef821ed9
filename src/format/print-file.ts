import type { FileElement, FileNode, ImportNode } from "../proto/ast.js";
import type { TokenList } from "../proto/token.js";
import { type Comment, type Gap, readGap } from "./gap.js";
import { keysOfOptions } from "./option-order.js";
import { printEnum, printExtend, printMessage, printService } from "./print-declaration.js";
import { printOption } from "./print-option.js";
import { printString } from "./print-value.js";
import { afterGap, beforeGap, type Separator, TokenPrinter } from "./token-printer.js";

type Element = Exclude<FileElement, { kind: "empty" }>;

/** Syntax, package, imports, options, and then the rest. */
const rankOf: Readonly<Record<Element["kind"], number>> = {
  syntax: 0,
  package: 1,
  import: 2,
  option: 3,
  message: 4,
  enum: 4,
  service: 4,
  extend: 4,
};

/** Prints a file in the order that all files have. */
export function printFile(tokens: TokenList, node: FileNode): string {
  const elements = node.elements.filter((one): one is Element => one.kind !== "empty");
  const p = new TokenPrinter(tokens);
  const places = new ElementPlaces(tokens, elements);
  const order = sorted(tokens, elements);
  for (const [i, at] of order.entries()) {
    const element = elements[at]!;
    const before = i === 0 ? undefined : elements[order[i - 1]!];
    p.startWith(places.gapOf(at, i === 0 ? undefined : order[i - 1]));
    printElement(p, element, before === undefined ? "line" : separatorOf(before, element));
  }
  p.end(places.lastGap(order.at(-1)));
  return p.finish();
}

/** Imports and options are sections of their own; elsewhere blank lines are the author's. */
function separatorOf(before: Element, element: Element): Separator {
  const isSection = element.kind === "import" || element.kind === "option";
  if (isSection) return before.kind === element.kind ? "line" : "blank";
  if (before.kind === "syntax" && element.kind !== "package") return "blank";
  return "keep";
}

function sorted(tokens: TokenList, elements: readonly Element[]): number[] {
  const optionKeys = keysOfOptions(elements.filter((one) => one.kind === "option"));
  const keys = elements.map((one) => {
    if (one.kind === "import") return importKey(tokens, one);
    return one.kind === "option" ? (optionKeys.get(one) ?? "") : "";
  });
  const compare = (a: number, b: number): number =>
    rankOf[elements[a]!.kind] - rankOf[elements[b]!.kind] || compareText(keys[a]!, keys[b]!);
  // Elements with one key stay in their order.
  return elements.map((_, i) => i).sort(compare);
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Those for options alone come last. */
function importKey(tokens: TokenList, node: ImportNode): string {
  return `${node.modifier?.text === "option" ? 1 : 0}${tokens.textOf(node.path.start)}`;
}

function printElement(p: TokenPrinter, node: Element, separator: Separator): void {
  switch (node.kind) {
    case "syntax":
      p.token(node.start, separator);
      p.token(node.start + 1, "space");
      printString(p, node.value, "space");
      p.token(node.end, "tight");
      break;
    case "package":
      p.token(node.start, separator);
      p.run(node.name.start, node.name.end, "space");
      p.token(node.end, "tight");
      break;
    case "import":
      p.token(node.start, separator);
      if (node.modifier !== undefined) p.token(node.modifier.start, "space");
      printString(p, node.path, "space");
      p.token(node.end, "tight");
      break;
    case "option":
      printOption(p, node, separator);
      break;
    case "message":
      printMessage(p, node, separator);
      break;
    case "enum":
      printEnum(p, node, separator);
      break;
    case "service":
      printService(p, node, separator);
      break;
    case "extend":
      printExtend(p, node, separator);
      break;
  }
}

/** What stood before an element, or before the end of the file. */
interface Place {
  /** Comments of the element before. */
  readonly trailing: readonly Comment[];
  /** Comments that a blank line parts from the element: they belong to the place, such as a licence at the top. */
  readonly detached: readonly Comment[];
  /** Comments that go with the element. */
  readonly leading: readonly Comment[];
  /** Line ends behind the element before and its trailing comments. */
  readonly newlinesBefore: number;
  readonly newlinesAfter: number;
}

/** The comments between the elements of a file, for elements that may be printed in another order than they stood in. */
class ElementPlaces {
  readonly #places: readonly Place[];
  /** How many places have had their detached comments printed. */
  #used = 0;

  constructor(tokens: TokenList, elements: readonly Element[]) {
    const starts = [...elements.map(firstToken), tokens.count - 1];
    const ends = [-1, ...elements.map((one) => one.end)];
    this.#places = starts.map((start, i) => placeOf(tokens, ends[i]!, start));
  }

  /** @param before the element that is printed before this one */
  gapOf(element: number, before: number | undefined): Gap {
    const trailing = before === undefined ? [] : this.#places[before + 1]!.trailing;
    const own = this.#places[element]!;
    const detached = this.#places.slice(this.#used, element + 1).flatMap((one) => one.detached);
    this.#used = Math.max(this.#used, element + 1);
    const below = [...detached, ...own.leading].map((one, i) => {
      if (i === 0) return { ...one, newlinesBefore: own.newlinesBefore };
      return i === detached.length ? { ...one, newlinesBefore: 2 } : one;
    });
    const isParted = detached.length > 0 && own.leading.length === 0;
    return {
      comments: [...trailing, ...below],
      newlinesAfter: isParted ? 2 : own.newlinesAfter,
      hasSpaceAfter: false,
    };
  }

  /** @param before the element that was printed last; undefined when there was none */
  lastGap(before: number | undefined): Gap {
    const trailing = before === undefined ? [] : this.#places[before + 1]!.trailing;
    const { detached, leading, newlinesAfter } = this.#places.at(-1)!;
    return { comments: [...trailing, ...detached, ...leading], newlinesAfter, hasSpaceAfter: false };
  }
}

function firstToken(element: Element): number {
  const visibility = "visibility" in element ? element.visibility : undefined;
  return visibility?.start ?? element.start;
}

function placeOf(tokens: TokenList, before: number, after: number): Place {
  const from = before === -1 ? 0 : tokens.end(before);
  const gap = readGap(tokens.text, from, tokens.start(after), beforeGap(tokens, before), afterGap(tokens, after));
  const trailing = gap.comments.filter((one) => one.isTrailing);
  const rest = gap.comments.slice(trailing.length);
  let detached = rest.length;
  // The line ends behind a comment are those before the next.
  const newlinesBehind = (i: number): number => rest[i + 1]?.newlinesBefore ?? gap.newlinesAfter;
  while (detached > 0 && newlinesBehind(detached - 1) < 2) detached--;
  return {
    trailing,
    detached: rest.slice(0, detached),
    leading: rest.slice(detached),
    newlinesBefore: rest[0]?.newlinesBefore ?? gap.newlinesAfter,
    newlinesAfter: gap.newlinesAfter,
  };
}
