import assert from "node:assert/strict";
import { test } from "node:test";
import { type After, type Before, readGap } from "./gap.js";

/** The comments of a gap, those of the token before in brackets. */
function comments(text: string, before: Before = "other", after: After = "other"): string[] {
  return readGap(text, 0, text.length, before, after).comments.map((one) =>
    one.isTrailing ? `[${one.text}]` : one.text,
  );
}

test("comments on the line of the token before belong to it, if the line ends there", () => {
  assert.deepEqual(comments(" // a\n// b\n"), ["[// a]", "// b"]);
  assert.deepEqual(comments(" /* a */ // b\n /* c */ "), ["[/* a */]", "[// b]", "/* c */"]);
  assert.deepEqual(comments("\n/* a */ "), ["/* a */"]);
  assert.deepEqual(comments(" /* a\n b */ /* c */\n"), ["[/* a\n b */]", "[/* c */]"]);
});

test("on one line it depends on the tokens", () => {
  assert.deepEqual(comments(" /* a */ ", "other"), ["[/* a */]"]);
  assert.deepEqual(comments(" /* a */ ", "semicolon"), ["[/* a */]"]);
  assert.deepEqual(comments(" /* a */ ", "semicolon", "close"), ["/* a */"]);
  assert.deepEqual(comments(" // a", "semicolon", "close"), ["[// a]"]);
  assert.deepEqual(comments(" /* a */ ", "opening"), ["/* a */"]);
  assert.deepEqual(comments(" // a\n", "opening"), ["[// a]"]);
  assert.deepEqual(comments("// a\n", "file-start"), ["// a"]);
});

test("lines, blanks and tokens that are left out are told", () => {
  const text = ";\r\n \n// a \r\n/* b \r\n c */; /* d */\n\n";
  const gap = readGap(text, 0, text.length, "other", "other");
  assert.deepEqual(
    gap.comments.map((one) => [one.text, one.newlinesBefore, one.hasSpaceBefore]),
    [
      ["// a", 2, true],
      ["/* b\n c */", 1, true],
      ["/* d */", 0, true],
    ],
  );
  assert.deepEqual([gap.newlinesAfter, gap.hasSpaceAfter], [2, true]);
  assert.equal(readGap("/**// x\n", 0, 4, "other", "other").comments.length, 1);
});
