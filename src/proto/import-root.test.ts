import assert from "node:assert/strict";
import { it } from "node:test";
import { importNameIn, isCovered, isLeftOut, isWithin } from "./import-root.js";

it("a path is within a directory by whole names", () => {
  assert.equal(isWithin("a/b", "a"), true);
  assert.equal(isWithin("a", "a/"), true);
  assert.equal(isWithin("ab", "a"), false);
  assert.equal(isWithin("a/../b", "a"), false);
  assert.equal(isWithin("..a/b", "."), true);
  assert.equal(isWithin("..", "."), false);
  assert.equal(isWithin("/x", "/"), true);
});

it("a root covers what it includes and does not exclude, and names it", () => {
  const root = { dir: "p", includes: ["p/in"], excludes: ["p/in/old"] };
  assert.deepEqual(
    ["p/in/a.proto", "p/in/old/a.proto", "p/out.proto", "q/a.proto"].map((file) => isCovered(file, root)),
    [true, false, false, false],
  );
  assert.equal(importNameIn("p/in/a.proto", [{ dir: "q" }, root, { dir: "p" }]), "in/a.proto");
  assert.equal(importNameIn("p/in/old/a.proto", [root, { dir: "p/in" }]), "old/a.proto");
  assert.equal(importNameIn("p", [{ dir: "p" }]), undefined);
  assert.equal(importNameIn("q", [root]), undefined);
});

it("a file is left out where only roots that leave it out are around it", () => {
  const root = { dir: "p", excludes: ["p/old"] };
  assert.equal(isLeftOut("p/old/a.proto", [root]), true);
  assert.equal(isLeftOut("p/old/a.proto", [root, { dir: "p/old" }]), false);
  assert.equal(isLeftOut("p/a.proto", [root]), false);
  assert.equal(isLeftOut("q/a.proto", [root]), false);
});
