import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { checkLinks } from "./links.js";
import { findAnchors, findBlocks, findLinks } from "./markdown.js";

const sample = [
  "# Title",
  "See [a](a.md#part-two) and `[no](code.md)`.",
  "```ts run server.ts",
  "const a = `[b](c.md)`;",
  "```",
  "## Part two: `x`!",
  "![p](p.svg 'title')",
].join("\n");

test("blocks carry their language, marks, text and line", () => {
  assert.deepEqual(findBlocks(sample), [
    { language: "ts", marks: ["run", "server.ts"], text: "const a = `[b](c.md)`;\n", line: 4 },
  ]);
});

test("links in code are no links", () => {
  assert.deepEqual(findLinks(sample), [
    { target: "a.md#part-two", line: 2 },
    { target: "p.svg", line: 7 },
  ]);
});

test("headings give anchors, repeated ones with a number", () => {
  assert.deepEqual([...findAnchors(`${sample}\n# Title`)], ["title", "part-two-x", "title-1"]);
});

test("links to missing files and headings are told", () => {
  const base = mkdtempSync(join(tmpdir(), "links-"));
  try {
    writeFileSync(join(base, "a.md"), "# Here\n[1](#here) [2](#gone) [3](b.md#x) [4](https://example.com/x) [5](c.md)");
    writeFileSync(join(base, "b.md"), "# X");
    assert.deepEqual(checkLinks(base, ["a.md"]), [
      "a.md:2: link to the heading #gone, which a.md does not have",
      "a.md:2: link to c.md, which does not exist",
    ]);
  } finally {
    rmSync(base, { recursive: true });
  }
});
