import type { Token } from "./scan.js";

/** One function with a body: declaration, method, accessor, constructor or arrow. */
export interface FunctionSpan {
  /** Its own name, or what it is handed to or assigned to; `(anonymous)` when there is nothing. */
  readonly name: string;
  /** When it is an argument of a call: the name that is called (`describe`, `on`), else undefined. */
  readonly argumentOf: string | undefined;
  readonly firstLine: number;
  readonly lastLine: number;
}

const openers = "([{";
const closers = ")]}";
const controlWords: ReadonlySet<string> = new Set("if for while switch catch with await".split(" "));
const statementWords: ReadonlySet<string> = new Set(
  "return if for while do switch case default break continue throw try const let var class function new else yield await".split(
    " ",
  ),
);

/** Finds every function that has a body, nested ones included, by matching brackets. */
export function findFunctions(tokens: readonly Token[]): FunctionSpan[] {
  const partners = matchBrackets(tokens);
  const found: FunctionSpan[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const span = isPunct(tokens[i], "=>") ? arrow(tokens, partners, i) : named(tokens, partners, i);
    if (span !== undefined) found.push(span);
  }
  return found;
}

/** For each bracket the index of its partner; -1 elsewhere. */
export function matchBrackets(tokens: readonly Token[]): Int32Array {
  const partners = new Int32Array(tokens.length).fill(-1);
  const open: number[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    if (token.kind !== "punct" || token.text.length !== 1) continue;
    if (openers.includes(token.text)) open.push(i);
    else if (closers.includes(token.text)) {
      const start = open.pop();
      if (start === undefined) continue;
      partners[start] = i;
      partners[i] = start;
    }
  }
  return partners;
}

export function isPunct(token: Token | undefined, text: string): boolean {
  return token !== undefined && token.kind === "punct" && token.text === text;
}

function arrow(tokens: readonly Token[], partners: Int32Array, at: number): FunctionSpan | undefined {
  const body = at + 1;
  const end = isPunct(tokens[body], "{") ? partners[body]! : expressionEnd(tokens, partners, body);
  if (end < 0 || tokens[end] === undefined) return undefined;
  const start = arrowStart(tokens, partners, at);
  const call = enclosingCall(tokens, partners, start);
  return {
    name: call ?? assignedName(tokens, start) ?? "(anonymous)",
    argumentOf: call,
    firstLine: tokens[start]!.line,
    lastLine: tokens[end]!.line,
  };
}

/** Index of the first token of an arrow function whose `=>` is at `at`. */
function arrowStart(tokens: readonly Token[], partners: Int32Array, at: number): number {
  let start = at - 1;
  // A return type may stand between the parameters and the arrow; walk back to the closing parenthesis before it.
  for (let i = at - 1; i >= 0 && i > at - 40; i--) {
    const token = tokens[i]!;
    if (token.kind === "punct" && closers.includes(token.text)) {
      const open = partners[i]!;
      if (open < 0) break;
      const next = tokens[i + 1];
      if (token.text === ")" && (i === at - 1 || isPunct(next, ":"))) {
        start = open;
        break;
      }
      i = open;
    } else if (token.kind === "punct" && (openers.includes(token.text) || ";,".includes(token.text))) break;
  }
  return tokens[start - 1]?.text === "async" ? start - 1 : start;
}

/**
 * Last token of an expression body: before the comma, semicolon or bracket that ends it. Gives -1 where a brace follows a
 * value: then the arrow belongs to a return type, `f(): () => T {`, and the brace opens the body of `f`.
 */
function expressionEnd(tokens: readonly Token[], partners: Int32Array, from: number): number {
  const mayHoldBody = ["function", "class", "async", "new"].includes(tokens[from]?.text ?? "");
  let i = from;
  for (; i < tokens.length; i++) {
    const token = tokens[i]!;
    if (token.kind !== "punct") continue;
    if (token.text === ";" || token.text === "," || closers.includes(token.text)) break;
    if (token.text.length === 1 && openers.includes(token.text)) {
      const end = partners[i]!;
      if (end < 0 || (token.text === "{" && i > from && !mayHoldBody && endsValue(tokens[i - 1]!))) return -1;
      i = end;
    }
  }
  return i - 1;
}

const wordsBeforeBrace: ReadonlySet<string> = new Set(["as", "satisfies", "extends", "in", "keyof", "typeof", "is"]);

function endsValue(token: Token): boolean {
  if (token.kind === "punct") return [")", "]", ">", "}"].includes(token.text);
  return token.kind !== "word" || !wordsBeforeBrace.has(token.text);
}

/** Name of the call among whose arguments `start` directly is. */
function enclosingCall(tokens: readonly Token[], partners: Int32Array, start: number): string | undefined {
  for (let i = start - 1; i >= 0; i--) {
    const token = tokens[i]!;
    if (token.kind !== "punct") continue;
    if (token.text.length === 1 && closers.includes(token.text)) {
      if (partners[i]! < 0) return undefined;
      i = partners[i]!;
    } else if (token.text === "(") {
      const callee = tokens[i - 1];
      return callee?.kind === "word" && !controlWords.has(callee.text) ? callee.text : undefined;
    } else if (token.text === "{" || token.text === "[" || token.text === ";" || token.text === "=>") return undefined;
  }
  return undefined;
}

function assignedName(tokens: readonly Token[], start: number): string | undefined {
  const before = tokens[start - 1];
  if (!isPunct(before, "=") && !isPunct(before, ":")) return undefined;
  const name = tokens[start - 2];
  return name?.kind === "word" || name?.kind === "string" ? name.text : undefined;
}

/** `name(...) {`, `name<T>(...): Type {`, `function (...) {`; `at` is the opening parenthesis. */
function named(tokens: readonly Token[], partners: Int32Array, at: number): FunctionSpan | undefined {
  if (!isPunct(tokens[at], "(")) return undefined;
  const head = headBefore(tokens, partners, at);
  if (head === undefined) return undefined;
  const close = partners[at]!;
  if (close < 0) return undefined;
  const body = bodyAfter(tokens, partners, close);
  if (body === undefined) return undefined;
  const end = partners[body]!;
  if (end < 0) return undefined;
  const name = head.text === "function" ? "(anonymous)" : head.text;
  return { name, argumentOf: undefined, firstLine: head.line, lastLine: tokens[end]!.line };
}

/** The name (or `function`) in front of a parameter list, or undefined when it cannot be one. */
function headBefore(tokens: readonly Token[], partners: Int32Array, at: number): Token | undefined {
  let i = at - 1;
  if (isPunct(tokens[i], ">")) {
    let depth = 0;
    for (; i >= 0; i--) {
      if (isPunct(tokens[i], ">")) depth++;
      if (isPunct(tokens[i], "<") && --depth === 0) break;
    }
    i--;
  }
  if (isPunct(tokens[i], "*")) i--;
  const head = tokens[i];
  if (head === undefined) return undefined;
  if (isPunct(head, "]") && partners[i]! >= 0) return tokens[partners[i]! + 1] ?? head;
  if (head.kind === "word") return controlWords.has(head.text) ? undefined : head;
  return head.kind === "string" || head.kind === "number" ? head : undefined;
}

/** Index of the body's brace after a parameter list, past a return type; undefined when there is no body. */
function bodyAfter(tokens: readonly Token[], partners: Int32Array, close: number): number | undefined {
  if (isPunct(tokens[close + 1], "{")) return close + 1;
  if (!isPunct(tokens[close + 1], ":")) return undefined;
  let complete = false;
  for (let i = close + 2; i < tokens.length; i++) {
    const token = tokens[i]!;
    if (token.kind !== "punct") {
      if (statementWords.has(token.text)) return undefined;
      complete = !["keyof", "readonly", "is", "asserts", "typeof", "extends", "infer", "unique"].includes(token.text);
    } else if (token.text === "{" && complete) return i;
    else if (token.text.length === 1 && openers.includes(token.text)) {
      if (partners[i]! < 0) return undefined;
      i = partners[i]!;
      complete = true;
    } else if (token.text === "<" || token.text === ",") complete = false;
    else if (token.text === ">") complete = true;
    else if ("|&.?:".includes(token.text) || token.text === "=>") complete = false;
    else return undefined;
    if (isPunct(token, ",") && !insideAngles(tokens, close + 2, i)) return undefined;
  }
  return undefined;
}

function insideAngles(tokens: readonly Token[], from: number, to: number): boolean {
  let depth = 0;
  for (let i = from; i < to; i++) {
    if (isPunct(tokens[i], "<")) depth++;
    if (isPunct(tokens[i], ">")) depth--;
  }
  return depth > 0;
}
