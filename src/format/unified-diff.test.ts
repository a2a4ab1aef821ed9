import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { lineChanges } from "./line-diff.js";
import { unifiedDiff } from "./unified-diff.js";

/** Does what a patch says, and checks that all it says about the old text is so. */
function patched(text: string, patch: string): string {
  const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const out: string[] = [];
  let at = 0;
  const rows = patch.replace(/\n\\ No newline at end of file\n/g, "\0").match(/[^\n\0]*[\n\0]/g) ?? [];
  for (const row of rows.slice(2)) {
    const head = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(row);
    if (head !== null) {
      const start = head[2] === "0" ? Number(head[1]) : Number(head[1]) - 1;
      out.push(...lines.slice(at, start));
      at = start;
      assert.equal(out.length, head[4] === "0" ? Number(head[3]) : Number(head[3]) - 1);
      continue;
    }
    const line = row.slice(1).replace("\0", "");
    if (row[0] !== "+") assert.equal(lines[at++], line);
    if (row[0] !== "-") out.push(line);
  }
  return [...out, ...lines.slice(at)].join("");
}

test("a difference is printed as diff -u does", () => {
  const before = "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\nl";
  const after = "a\nb\nc\nd\nE\nf\ng\nh\ni\nj\nk\nl\n";
  const head = "--- x.proto\n+++ x.proto\n";
  const hunk = "@@ -2,11 +2,11 @@\n b\n c\n d\n-e\n+E\n f\n g\n h\n i\n j\n k\n-l\n\\ No newline at end of file\n+l\n";
  assert.equal(unifiedDiff(before, after, "x.proto"), head + hunk);
  assert.equal(unifiedDiff(before, before, "x.proto"), "");
  assert.equal(unifiedDiff("", "a\n", "x.proto"), `${head}@@ -0,0 +1 @@\n+a\n`);
  assert.equal(unifiedDiff("a\n", "", "x.proto"), `${head}@@ -1 +0,0 @@\n-a\n`);
});

test("changes far from each other are shown apart", () => {
  const lines = Array.from({ length: 30 }, (_, i) => `${i}\n`);
  const after = lines.map((line) => (line === "3\n" || line === "20\n" ? `x${line}` : line));
  const text = unifiedDiff(lines.join(""), after.join(""), "x");
  assert.deepEqual(text.match(/^@@.*$/gm), ["@@ -1,7 +1,7 @@", "@@ -18,7 +18,7 @@"]);
});

test("the difference leads from any text to any other", () => {
  const text = fc
    .tuple(fc.array(fc.constantFrom("a", "b", "c", "}", "", "x y", "1", "2", "3")), fc.boolean())
    .map(([lines, ends]) => lines.join("\n") + (ends ? "\n" : ""));
  fc.assert(
    fc.property(text, text, (before, after) => {
      assert.equal(patched(before, unifiedDiff(before, after, "x")), after);
    }),
    { numRuns: 2_000 },
  );
});

test("unique lines stay in place, and thousands of changed lines take no long time", () => {
  assert.deepEqual(lineChanges(["}", "a", "}", "b", "}"], ["a", "}", "x", "b", "}"]), [
    { oldStart: 0, oldEnd: 1, newStart: 0, newEnd: 0 },
    { oldStart: 3, oldEnd: 3, newStart: 2, newEnd: 3 },
  ]);
  const lines = Array.from({ length: 50_000 }, (_, i) => `${i % 25_000}`);
  assert.equal(
    lineChanges(
      lines,
      lines.map((line) => ` ${line}`),
    ).length,
    1,
  );
});
