import type { Body, EnumValueNode, ExtensionsNode, FieldNode, MapType, RangeNode, ReservedNode } from "../proto/ast.js";
import { printCompactOptions } from "./print-option.js";
import { printString } from "./print-value.js";
import type { Separator, TokenPrinter } from "./token-printer.js";

/** @param printBody for the body of a group */
export function printField(
  p: TokenPrinter,
  node: FieldNode,
  separator: Separator,
  printBody: (body: NonNullable<FieldNode["group"]>) => void,
): void {
  let next = separator;
  if (node.label !== undefined) {
    p.token(node.label.start, next);
    next = "space";
  }
  if (node.map !== undefined) printMap(p, node.map, next);
  else if (node.type !== undefined) p.run(node.type.start, node.type.end, next);
  p.token(node.name.start, "space");
  printNumber(p, node);
  if (node.group !== undefined) printBody(node.group);
  else p.token(node.end, "tight");
}

function printMap(p: TokenPrinter, map: MapType, separator: Separator): void {
  p.run(map.start, map.key.end, separator);
  p.token(map.key.end + 1, "tight");
  p.run(map.value.start, map.value.end, "space");
  p.token(map.end, "none");
}

export function printEnumValue(p: TokenPrinter, node: EnumValueNode, separator: Separator): void {
  p.token(node.name.start, separator);
  printNumber(p, node);
  p.token(node.end, "tight");
}

/** `= 1 [options]` */
function printNumber(p: TokenPrinter, node: FieldNode | EnumValueNode): void {
  p.token(node.name.end + 1, "space");
  p.run(node.number.start, node.number.end, "space");
  printCompactOptions(p, node.options);
}

export function printReserved(p: TokenPrinter, node: ReservedNode, separator: Separator): void {
  p.token(node.start, separator);
  printRanges(p, node.ranges);
  for (const [i, name] of node.names.entries()) {
    if (i > 0) p.token(name.start - 1, "tight");
    if ("kind" in name) printString(p, name, "space");
    else p.token(name.start, "space");
  }
  p.token(node.end, "tight");
}

export function printExtensions(p: TokenPrinter, node: ExtensionsNode, separator: Separator): void {
  p.token(node.start, separator);
  printRanges(p, node.ranges);
  printCompactOptions(p, node.options);
  p.token(node.end, "tight");
}

function printRanges(p: TokenPrinter, ranges: readonly RangeNode[]): void {
  for (const [i, range] of ranges.entries()) {
    if (i > 0) p.token(range.start - 1, "tight");
    p.run(range.from.start, range.from.end, "space");
    const to = range.to ?? range.toMax;
    if (to === undefined) continue;
    p.token(range.from.end + 1, "space");
    p.run(to.start, to.end, "space");
  }
}

/** Prints the elements of a block with their own separators, and leaves out those that are only `;`. */
export function printBlock<T extends { readonly kind: string }>(
  p: TokenPrinter,
  body: Body<T>,
  printElement: (element: Exclude<T, { kind: "empty" }>, separator: Separator) => void,
): void {
  p.token(body.open, "space");
  const elements = body.elements.filter((one): one is Exclude<T, { kind: "empty" }> => one.kind !== "empty");
  if (elements.length === 0 && !p.hasComments(body.open, body.close)) {
    p.token(body.close, "none");
    return;
  }
  p.indented(() => {
    for (const [i, element] of elements.entries()) printElement(element, i === 0 ? "line" : "keep");
  });
  p.close(body.close);
}
