import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { generatedPath, relativeSpecifier } from "./import-path.js";

describe("paths of generated files", () => {
  it("come from the import name", () => {
    assert.equal(generatedPath("greet/hello.proto"), "greet/hello_pb.ts");
    assert.equal(generatedPath("odd.name"), "odd.name_pb.ts");
  });

  it("are imported relative to each other", () => {
    assert.equal(relativeSpecifier("a_pb.ts", "b_pb.ts", ".js"), "./b_pb.js");
    assert.equal(relativeSpecifier("x/y/a_pb.ts", "x/z/b_pb.ts", ".js"), "../z/b_pb.js");
    assert.equal(relativeSpecifier("x/a_pb.ts", "b_pb.ts", ".ts"), "../b_pb.ts");
    assert.equal(relativeSpecifier("a_pb.ts", "x/y/b_pb.ts", "none"), "./x/y/b_pb");
    assert.equal(relativeSpecifier("x/a_pb.ts", "x/b_pb.ts", ".js"), "./b_pb.js");
    assert.equal(relativeSpecifier("a_pb.ts", "../b_pb.ts", ".js"), "../b_pb.js");
    assert.equal(relativeSpecifier("x/a_pb.ts", "../b_pb.ts", ".js"), "../../b_pb.js");
    assert.equal(relativeSpecifier("x_pb.ts", "x_pb.ts/x_pb.ts", ".js"), "./x_pb.ts/x_pb.js");
  });
});
