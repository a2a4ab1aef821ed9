import { parseAst } from "rollup/parseAst";

/** Marks for whoever bundles further. */
const kept = /^\/\*\s*[@#]__(?:PURE|NO_SIDE_EFFECTS)__\s*\*\/$/;

type Range = readonly [start: number, end: number];

/**
 * Takes comments out of JavaScript, and what they leave of empty lines, and indents by a tab a level. Outside of literals
 * two slashes, or a slash and a star, begin a comment and nothing else.
 */
export function strip(code: string): string {
  const literals = literalsOf(parseAst(code));
  let out = "";
  let from = 0;
  let at = 0;
  let next = 0;
  while (at < code.length) {
    const literal = literals[next];
    if (literal !== undefined && at >= literal[0]) {
      at = Math.max(at, literal[1]);
      next++;
      continue;
    }
    const end = code[at] === "/" ? commentEnd(code, at) : -1;
    if (end < 0 || kept.test(code.slice(at, end))) {
      at = end < 0 ? at + 1 : end;
      continue;
    }
    out += code.slice(from, at);
    // Two words that only the comment parted stay two words.
    if (code[at + 1] === "*" && /\w$/.test(out) && /\w/.test(code[end] ?? "")) out += " ";
    from = at = end;
  }
  return tidy(out + code.slice(from));
}

/** Where the comment that begins here ends; -1 where none begins. */
function commentEnd(code: string, at: number): number {
  if (code[at + 1] === "/") {
    const end = code.indexOf("\n", at);
    return end < 0 ? code.length : end;
  }
  return code[at + 1] === "*" ? code.indexOf("*/", at + 2) + 2 : -1;
}

/** Trims lines, outside of templates and strings, which may go over several. */
function tidy(code: string): string {
  const literals = literalsOf(parseAst(code));
  const lines: string[] = [];
  let start = 0;
  let next = 0;
  for (const line of code.split("\n")) {
    const end = start + line.length;
    while (next < literals.length && (literals[next] as Range)[1] <= start) next++;
    const begunInside = (literals[next]?.[0] ?? Number.POSITIVE_INFINITY) < start;
    let last = next;
    while (last < literals.length && (literals[last] as Range)[1] <= end) last++;
    const endsInside = (literals[last]?.[0] ?? Number.POSITIVE_INFINITY) < end;
    const cut = endsInside ? line : line.trimEnd();
    const shown = begunInside ? cut : cut.replace(/^(?: {4})+/, (indent) => "\t".repeat(indent.length / 4));
    if (shown !== "" || begunInside) lines.push(shown);
    start = end + 1;
  }
  return `${lines.join("\n")}\n`;
}

/** Where strings, regular expressions and the texts of templates are, in their order. */
function literalsOf(root: unknown): Range[] {
  const ranges: Range[] = [];
  const waiting: unknown[] = [root];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    const { type, start, end } = node as { type?: unknown; start?: unknown; end?: unknown };
    if ((type === "Literal" || type === "TemplateElement") && typeof start === "number" && typeof end === "number") {
      ranges.push([start, end]);
    }
    for (const value of Object.values(node as object)) {
      if (Array.isArray(value)) waiting.push(...value.filter(isObject));
      else if (isObject(value)) waiting.push(value);
    }
  }
  return ranges.sort((one, other) => one[0] - other[0]);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
