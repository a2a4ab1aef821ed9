import assert from "node:assert/strict";
import { test } from "node:test";
import { commentsBetween, type GapComments } from "./comments.js";

/** The comments of a gap in the middle of a file, before a name. */
function between(text: string): GapComments {
  return commentsBetween(text, 0, text.length, false, false, false);
}

test("no comment", () => {
  assert.deepEqual(between(" \n\n "), { trailing: "", detached: [], leading: "" });
});

test("a comment on the line trails, one above leads, a blank line detaches", () => {
  assert.deepEqual(between(" // a\n// b\n\n// c\n// d\n"), {
    trailing: " a\n",
    detached: [" b\n"],
    leading: " c\n d\n",
  });
});

test("a comment below trails when a blank line follows, else leads", () => {
  assert.deepEqual(between("\n// a\n\n"), { trailing: " a\n", detached: [], leading: "" });
  assert.deepEqual(between("\n// a\n"), { trailing: "", detached: [], leading: " a\n" });
});

test("after a blank line nothing trails", () => {
  assert.deepEqual(between("\n\n// a\n\n// b\n"), { trailing: "", detached: [" a\n"], leading: " b\n" });
});

test("blocks lose the stars of their lines, and are never joined", () => {
  const text = "\n/* a\n * b\n   c */\n/* d */\n";
  assert.deepEqual(between(text), { trailing: " a\n b\nc ", detached: [], leading: " d " });
});

test("a comment between two tokens of one line belongs to none", () => {
  assert.deepEqual(between(" /* a */ "), { trailing: "", detached: [" a "], leading: "" });
});

test("before a closing bracket nothing leads", () => {
  const text = " // a\n// b\n";
  assert.deepEqual(commentsBetween(text, 0, text.length, false, true, false), {
    trailing: " a\n",
    detached: [" b\n"],
    leading: "",
  });
});

test("at the start of the file nothing trails", () => {
  const text = "// a\n\n// b\n";
  assert.deepEqual(commentsBetween(text, 0, text.length, true, false, false), {
    trailing: "",
    detached: [" a\n"],
    leading: " b\n",
  });
});

test("a last line without its end", () => {
  const text = " // a";
  assert.equal(commentsBetween(text, 0, text.length, false, true, true).trailing, " a");
});
