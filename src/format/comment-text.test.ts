import assert from "node:assert/strict";
import { test } from "node:test";
import { commentLines, toBlockComment } from "./comment-text.js";

test("a line comment becomes a block comment that ends where it should", () => {
  assert.equal(toBlockComment("// a"), "/* a */");
  assert.equal(toBlockComment("//"), "/* */");
  assert.equal(toBlockComment("// a */ b /* c /*/"), "/* a * / b / * c / * / */");
  assert.equal(toBlockComment("/// a"), "/*/ a */");
});

test("lines with a sign of their own get it below the first asterisk", () => {
  assert.deepEqual(commentLines("/**\n      * a\n  *  b\n\t*/"), ["/**", " * a", " *  b", " */"]);
  assert.deepEqual(commentLines("/*\n   # a\n # b\n    */"), ["/*", " # a", " # b", "*/"]);
  assert.deepEqual(commentLines("/* a\n  * b */"), ["/* a", " * b */"]);
});

test("lines without keep their indentation to each other", () => {
  assert.deepEqual(commentLines("/*\n      a\n        * b\n    */"), ["/*", "   a", "     * b", "*/"]);
  assert.deepEqual(commentLines("/* a\n\tb\n          c */"), ["/* a", "   b", "     c */"]);
  // Six columns are taken of a tab that has eight.
  assert.deepEqual(commentLines("/*\n      a\n\tb\n*/"), ["/*", "   a", "     b", "*/"]);
  assert.deepEqual(commentLines("/*\n  * a\n\n  * b\n*/"), ["/*", "   * a", "", "   * b", "*/"]);
  assert.deepEqual(commentLines("/*\n\n*/"), ["/*", "", "*/"]);
  assert.deepEqual(commentLines("/* a */"), ["/* a */"]);
});
