import type { EmptyNode, MethodNode, MethodType, OptionNode, ServiceNode } from "./ast.js";
import type { Cursor } from "./cursor.js";
import { optionStatement } from "./parse-option.js";
import { messageType } from "./parse-type.js";
import { Sym } from "./token.js";

export function service(c: Cursor): ServiceNode {
  const start = c.expectWord("service");
  const name = c.identifier("Expected service name.");
  const body = c.body((): ServiceNode["body"]["elements"][number] => {
    if (c.isSymbol(Sym.Semicolon)) return { kind: "empty", start: c.pos, end: c.pos++ };
    return c.isWord("option") ? optionStatement(c) : method(c);
  });
  return { kind: "service", name, body, start, end: body.close };
}

function method(c: Cursor): MethodNode {
  if (!c.isWord("rpc")) c.fail('Expected "rpc", "option" or "}".');
  const start = c.expectWord("rpc");
  const name = c.identifier("Expected method name.");
  const input = methodType(c);
  c.expectWord("returns");
  const output = methodType(c);
  if (c.isSymbol(Sym.BraceOpen)) {
    const body = c.body((): OptionNode | EmptyNode => {
      if (c.isSymbol(Sym.Semicolon)) return { kind: "empty", start: c.pos, end: c.pos++ };
      return optionStatement(c);
    });
    return { kind: "method", name, input, output, body, start, end: body.close };
  }
  return { kind: "method", name, input, output, body: undefined, start, end: c.expectSymbol(Sym.Semicolon) };
}

function methodType(c: Cursor): MethodType {
  const start = c.expectSymbol(Sym.ParenOpen);
  const at = c.pos;
  const stream = c.tryWord("stream") ? { start: at, end: at } : undefined;
  const name = messageType(c);
  return { stream, name, start, end: c.expectSymbol(Sym.ParenClose) };
}
