import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { mappedModule, parseMapping } from "./map-imports.js";

describe("imports from packages", () => {
  it("fit by their patterns", () => {
    const fits = (pattern: string, name: string): boolean =>
      mappedModule(name, [{ pattern, target: "t" }]) !== undefined;
    assert.deepEqual([fits("a/b.proto", "a/b.proto"), fits("a/b.proto", "a/bxproto")], [true, false]);
    assert.deepEqual(
      [fits("a/", "a/b/c.proto"), fits("a/", "ab/c.proto"), fits("a/", "x/a/c.proto")],
      [true, false, false],
    );
    assert.deepEqual([fits("a/*", "a/b.proto"), fits("a/*", "a/b/c.proto")], [true, false]);
    assert.deepEqual([fits("a/**", "a/b.proto"), fits("a/**", "a/b/c.proto")], [true, true]);
    const inner = ["a/c.proto", "a/b/b/c.proto", "a/bc.proto"];
    assert.deepEqual(
      inner.map((name) => fits("a/**/c.proto", name)),
      [true, true, false],
    );
    for (const char of [".", "+", "?", "^", "$", "{", "}", "(", ")", "|", "[", "]", "\\"])
      assert.deepEqual([fits(`a${char}b`, `a${char}b`), fits(`a${char}b`, "ab")], [true, false]);
  });

  it("come from the first that fits, a package or a place relative to the output", () => {
    const mappings = ["a/:pkg/gen/", "**:../all"].map(parseMapping);
    assert.equal(mappedModule("a/b.proto", mappings), "pkg/gen/a/b_pb.js");
    assert.equal(mappedModule("c/b.proto", mappings), "../all/c/b_pb.ts");
    assert.equal(mappedModule("c/b.proto", [parseMapping("c/:./in")]), "in/c/b_pb.ts");
    assert.equal(mappedModule("c/b.proto", []), undefined);
  });

  it("are written as PATTERN:TARGET", () => {
    assert.deepEqual(parseMapping("a/:node:x"), { pattern: "a/", target: "node:x" });
    for (const text of ["", "a", ":a", "a:"])
      assert.throws(() => parseMapping(text), /^TypeError: mapping "a?:?a?": it must/);
  });
});
