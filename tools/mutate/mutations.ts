import { parseAst } from "rollup/parseAst";

/** A change of one place of a compiled file that some test should notice. */
export interface Mutation {
  /** Where it is, as offsets into the file. */
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
  /** What was done, for the report: `=== becomes !==`. */
  readonly kind: string;
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [property: string]: unknown;
}

/** What an operator becomes: its opposite where there is one, else its neighbour. */
const operators: Readonly<Record<string, string>> = {
  "===": "!==",
  "!==": "===",
  "<": "<=",
  "<=": "<",
  ">": ">=",
  ">=": ">",
  "+": "-",
  "-": "+",
  "*": "/",
  "&": "|",
  "|": "&",
  "<<": ">>",
  ">>": "<<",
  ">>>": "<<",
  "&&": "||",
  "||": "&&",
  "??": "&&",
  "+=": "-=",
  "-=": "+=",
};

/** Every mutation that one file has, in the order of their places. */
export function mutationsOf(code: string): Mutation[] {
  const found: Mutation[] = [];
  visit(parseAst(code) as unknown as Node, undefined, (node, parent) => found.push(...mutate(code, node, parent)));
  return found.sort((a, b) => a.start - b.start || a.end - b.end);
}

function visit(node: Node, parent: Node | undefined, see: (node: Node, parent: Node | undefined) => void): void {
  see(node, parent);
  for (const [name, value] of Object.entries(node)) {
    if (name === "parent") continue;
    for (const child of Array.isArray(value) ? value : [value]) {
      if (typeof child === "object" && child !== null && typeof (child as Node).type === "string") {
        visit(child as Node, node, see);
      }
    }
  }
}

function mutate(code: string, node: Node, parent: Node | undefined): Mutation[] {
  switch (node.type) {
    case "BinaryExpression":
    case "LogicalExpression":
      return changeOperator(code, node, node["left"] as Node, node["right"] as Node);
    case "AssignmentExpression":
      return changeOperator(code, node, node["left"] as Node, node["right"] as Node);
    case "IfStatement":
    case "ConditionalExpression":
      return negate(code, node["test"] as Node);
    case "Literal":
      return changeLiteral(code, node, parent);
    case "UnaryExpression":
      return node["operator"] === "!" ? [replace(node, at(code, node["argument"] as Node), "! is dropped")] : [];
    case "ExpressionStatement":
      return dropStatement(code, node, node["expression"] as Node);
    case "UpdateExpression":
      return changeUpdate(code, node);
    default:
      return [];
  }
}

function changeOperator(code: string, node: Node, left: Node, right: Node): Mutation[] {
  const operator = node["operator"] as string;
  const other = operators[operator];
  // Text is joined, not added: its difference is NaN, which every test of it notices.
  if (other === undefined || (operator === "+" && [left, right].some(isText))) return [];
  const start = code.indexOf(operator, left.end);
  if (start < 0 || start >= right.start) return [];
  return [{ start, end: start + operator.length, replacement: other, kind: `${operator} becomes ${other}` }];
}

function isText(node: Node): boolean {
  return node.type === "TemplateLiteral" || (node.type === "Literal" && typeof node["value"] === "string");
}

function negate(code: string, test: Node): Mutation[] {
  // A comparison has a mutation of its own that says the same.
  if (test.type === "BinaryExpression" && ["===", "!=="].includes(test["operator"] as string)) return [];
  return [replace(test, `!(${at(code, test)})`, "the condition is negated")];
}

function changeLiteral(code: string, node: Node, parent: Node | undefined): Mutation[] {
  if (parent?.type === "Property" && parent["key"] === node) return [];
  const { value } = node as { value?: unknown };
  if (typeof value === "boolean") return [replace(node, String(!value), `${value} becomes ${!value}`)];
  // Larger numbers are sizes and times that somebody chose: one more is as good.
  if (typeof value !== "number" || value > 16 || !/^\d+$/.test(at(code, node))) return [];
  return [replace(node, String(value + 1), `${value} becomes ${value + 1}`)];
}

function dropStatement(code: string, node: Node, expression: Node): Mutation[] {
  const isCall = expression.type === "CallExpression" && (expression["callee"] as Node).type !== "Super";
  const isAssignment = expression.type === "AssignmentExpression";
  if (!isCall && !isAssignment) return [];
  const text = at(code, node).split("\n")[0] as string;
  return [replace(node, ";", `${text.length > 60 ? `${text.slice(0, 60)}...` : text} is left out`)];
}

function changeUpdate(code: string, node: Node): Mutation[] {
  const operator = node["operator"] as string;
  const other = operator === "++" ? "--" : "++";
  return [replace(node, at(code, node).replace(operator, other), `${operator} becomes ${other}`)];
}

function replace(node: Node, replacement: string, kind: string): Mutation {
  return { start: node.start, end: node.end, replacement, kind };
}

function at(code: string, node: Node): string {
  return code.slice(node.start, node.end);
}
