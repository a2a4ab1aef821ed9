import assert from "node:assert/strict";
import { test } from "node:test";
import { checkShape } from "./shape.js";

function check(text: string, path: string = "src/base/x.ts"): string[] {
  return checkShape([{ path, text }]);
}

function lines(count: number): string {
  return "x;\n".repeat(count);
}

test("a file of 400 lines passes, one of 401 does not", () => {
  assert.deepEqual(check(lines(400)), []);
  assert.deepEqual(check(lines(401)), ["src/base/x.ts: 401 lines, at most 400"]);
});

test("tables and generated files may be longer", () => {
  assert.deepEqual(check(lines(500), "src/hpack/huffman-table.ts"), []);
  assert.deepEqual(check(lines(500), "src/rpc/status_pb.ts"), []);
});

test("a function of 60 lines passes, one of 61 does not", () => {
  assert.deepEqual(check(`function a() {\n${lines(58)}}\n`), []);
  assert.deepEqual(check(`function a() {\n${lines(59)}}\n`), ["src/base/x.ts:1: a has 61 lines, at most 60"]);
});

test("a brace in a string, a comment or a template does not end a function", () => {
  const text = `function a() {\n"}"; // }\n/* } */ \`}\${"}"}\`;\n${lines(59)}}\n`;
  assert.deepEqual(check(text), ["src/base/x.ts:1: a has 63 lines, at most 60"]);
});

test("describe may be long, the tests in it may not", () => {
  assert.deepEqual(check(`describe("a", () => {\n${lines(80)}});\n`), []);
  assert.equal(check(`test("a", () => {\n${lines(80)}});\n`).length, 1);
});

test("the type any is found in every place of a type, and only there", () => {
  for (const text of ["let a: any;", "f<any>(b);", "c as any;", "type D = E | any;", "let f: any[];"]) {
    assert.deepEqual(check(text), ["src/base/x.ts:1: the type any"], text);
  }
  for (const text of ["await Promise.any(a);", "// any", "'any'", "({ any: 1 });", "list.map((any) => any.x);"]) {
    assert.deepEqual(check(text), [], text);
  }
});
