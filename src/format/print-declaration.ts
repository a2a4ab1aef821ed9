import type {
  EnumNode,
  ExtendNode,
  MessageElement,
  MessageNode,
  MethodNode,
  MethodType,
  Name,
  OneofNode,
  ServiceNode,
  VisibilityNode,
} from "../proto/ast.js";
import { printBlock, printEnumValue, printExtensions, printField, printReserved } from "./print-field.js";
import { printOption } from "./print-option.js";
import type { Separator, TokenPrinter } from "./token-printer.js";

export function printMessage(p: TokenPrinter, node: MessageNode, separator: Separator): void {
  printHead(p, node, separator);
  printBlock(p, node.body, (one, its) => printMessageElement(p, one, its));
}

export function printEnum(p: TokenPrinter, node: EnumNode, separator: Separator): void {
  printHead(p, node, separator);
  printBlock(p, node.body, (one, its) => {
    if (one.kind === "value") printEnumValue(p, one, its);
    else if (one.kind === "option") printOption(p, one, its);
    else printReserved(p, one, its);
  });
}

export function printService(p: TokenPrinter, node: ServiceNode, separator: Separator): void {
  printHead(p, node, separator);
  printBlock(p, node.body, (one, its) => {
    if (one.kind === "option") printOption(p, one, its);
    else printMethod(p, one, its);
  });
}

export function printExtend(p: TokenPrinter, node: ExtendNode, separator: Separator): void {
  p.token(node.start, separator);
  p.run(node.extendee.start, node.extendee.end, "space");
  printBlock(p, node.body, (one, its) => printMessageElement(p, one, its));
}

function printOneof(p: TokenPrinter, node: OneofNode, separator: Separator): void {
  printHead(p, node, separator);
  printBlock(p, node.body, (one, its) => printMessageElement(p, one, its));
}

interface Headed {
  readonly start: number;
  readonly visibility?: VisibilityNode | undefined;
  readonly name: Name;
}

/** `export message Name` */
function printHead(p: TokenPrinter, node: Headed, separator: Separator): void {
  const { visibility } = node;
  if (visibility !== undefined) p.token(visibility.start, separator);
  p.token(node.start, visibility === undefined ? separator : "space");
  p.token(node.name.start, "space");
}

function printMessageElement(
  p: TokenPrinter,
  node: Exclude<MessageElement, { kind: "empty" }>,
  separator: Separator,
): void {
  switch (node.kind) {
    case "field":
      printField(p, node, separator, (group) => printBlock(p, group, (one, its) => printMessageElement(p, one, its)));
      break;
    case "message":
      printMessage(p, node, separator);
      break;
    case "enum":
      printEnum(p, node, separator);
      break;
    case "oneof":
      printOneof(p, node, separator);
      break;
    case "extend":
      printExtend(p, node, separator);
      break;
    case "extensions":
      printExtensions(p, node, separator);
      break;
    case "reserved":
      printReserved(p, node, separator);
      break;
    case "option":
      printOption(p, node, separator);
      break;
  }
}

function printMethod(p: TokenPrinter, node: MethodNode, separator: Separator): void {
  p.token(node.start, separator);
  p.token(node.name.start, "space");
  printMethodType(p, node.input, "none");
  p.token(node.input.end + 1, "space");
  printMethodType(p, node.output, "space");
  if (node.body === undefined) p.token(node.end, "tight");
  else printBlock(p, node.body, (one, its) => printOption(p, one, its));
}

function printMethodType(p: TokenPrinter, type: MethodType, separator: Separator): void {
  p.token(type.start, separator);
  if (type.stream !== undefined) p.token(type.stream.start, "none");
  p.run(type.name.start, type.name.end, type.stream === undefined ? "none" : "space");
  p.token(type.end, "none");
}
