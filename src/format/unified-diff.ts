import { type Change, lineChanges } from "./line-diff.js";

/** Lines that stay, shown around each change. */
const contextLines = 3;

/** The difference of two texts as `diff -u` prints it; empty where there is none. */
export function unifiedDiff(oldText: string, newText: string, path: string): string {
  const oldLines = linesOf(oldText);
  const newLines = linesOf(newText);
  const hunks = grouped(lineChanges(oldLines, newLines));
  if (hunks.length === 0) return "";
  const body = hunks.map((changes) => hunkText(oldLines, newLines, changes)).join("");
  return `--- ${path}\n+++ ${path}\n${body}`;
}

/** Each line with its end; the last may have none. */
function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** Changes whose context would touch are shown together. */
function grouped(changes: readonly Change[]): Change[][] {
  const groups: Change[][] = [];
  for (const change of changes) {
    const last = groups.at(-1)?.at(-1);
    if (last !== undefined && change.oldStart - last.oldEnd <= 2 * contextLines) groups.at(-1)!.push(change);
    else groups.push([change]);
  }
  return groups;
}

function hunkText(oldLines: readonly string[], newLines: readonly string[], changes: readonly Change[]): string {
  const [first, last] = [changes[0]!, changes.at(-1)!];
  const before = Math.min(contextLines, first.oldStart);
  const after = Math.min(contextLines, oldLines.length - last.oldEnd);
  const oldRange = rangeText(first.oldStart - before, last.oldEnd + after);
  const newRange = rangeText(first.newStart - before, last.newEnd + after);
  let text = `@@ -${oldRange} +${newRange} @@\n`;
  let at = first.oldStart - before;
  for (const change of changes) {
    text += marked(" ", oldLines.slice(at, change.oldStart));
    text += marked("-", oldLines.slice(change.oldStart, change.oldEnd));
    text += marked("+", newLines.slice(change.newStart, change.newEnd));
    at = change.oldEnd;
  }
  return text + marked(" ", oldLines.slice(at, at + after));
}

/** Counted from 1; a range without lines is named by the line before it. */
function rangeText(start: number, end: number): string {
  const count = end - start;
  const from = count === 0 ? start : start + 1;
  return count === 1 ? `${from}` : `${from},${count}`;
}

function marked(mark: string, lines: readonly string[]): string {
  return lines
    .map((line) => (line.endsWith("\n") ? `${mark}${line}` : `${mark}${line}\n\\ No newline at end of file\n`))
    .join("");
}
