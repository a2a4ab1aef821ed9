const tabColumns = 8;

/** A line comment as a block comment, for where more follows on its line. */
export function toBlockComment(text: string): string {
  // Either would end the comment, or begin another in it.
  const body = text.slice(2).replaceAll("*/", "* /").replaceAll("/*", "/ *");
  return `/*${body} */`;
}

/**
 * The lines of a comment, to be put below each other at the indentation of what they belong to. Those of a block comment
 * whose lines all begin with the same sign (` * like this`) get that sign below the first asterisk; those of others keep
 * their indentation to each other, three columns in.
 */
export function commentLines(text: string): string[] {
  const [first = "", ...rest] = text.split("\n");
  if (rest.length === 0) return [first];
  const closes = rest.at(-1)?.trim() === "*/";
  const inner = closes ? rest.slice(0, -1) : rest;
  const filled = inner.filter((line) => line.trim() !== "");
  const sign = commonSign(inner);
  const indent = filled.reduce((least, line) => Math.min(least, indentOf(line)), Number.POSITIVE_INFINITY);
  const lines = inner.map((line) => {
    if (line.trim() === "") return "";
    return sign === undefined ? `   ${unindented(line, indent)}` : ` ${line.trim()}`;
  });
  if (closes) lines.push(sign === "*" ? " */" : "*/");
  return [first.trimEnd(), ...lines];
}

/** The sign that all lines begin with: no letter, no digit. As in `buf`, one blank line is enough for there to be none. */
function commonSign(lines: readonly string[]): string | undefined {
  const sign = lines[0]?.trimStart()[0];
  if (sign === undefined || !/[!-/:-@[-`{-~]/.test(sign)) return undefined;
  return lines.every((line) => line.trimStart()[0] === sign) ? sign : undefined;
}

function indentOf(line: string): number {
  let column = 0;
  for (const c of line) {
    if (c === " ") column++;
    else if (c === "\t") column += tabColumns - (column % tabColumns);
    else break;
  }
  return column;
}

/** A line without its first columns of blanks; a tab that goes beyond them leaves blanks. */
function unindented(line: string, columns: number): string {
  let column = 0;
  let at = 0;
  for (; column < columns; at++) column += line[at] === "\t" ? tabColumns - (column % tabColumns) : 1;
  return " ".repeat(column - columns) + line.slice(at).trimEnd();
}
