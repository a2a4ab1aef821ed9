import type { Enclosing, FileReport } from "./file-report.js";

/** Checks that a part of a file has a comment that says something to people. */
export function checkComment(rule: string, what: string, name: string, parts: Enclosing, report: FileReport): void {
  const part = parts.at(-1);
  if (part === undefined) return;
  const lines = report.commentOf(part).split("\n");
  const says = lines.some((line) => line.trim() !== "" && !/^\s*(?:buf:)?lint:ignore\b/.test(line));
  if (!says) report.add(rule, parts, `${what} "${name}" should have a comment.`);
}
