import assert from "node:assert/strict";
import { test } from "node:test";
import { findFunctions } from "./functions.js";
import { scan } from "./scan.js";

function spans(source: string): string[] {
  return findFunctions(scan(source)).map((span) => `${span.name} ${span.firstLine}-${span.lastLine}`);
}

test("declarations, methods, accessors and constructors are found", () => {
  assert.deepEqual(
    spans("function a() {\n}\nclass B {\nconstructor() {\n}\nget c() { return 1;\n}\nasync *d<T>(x: T): X<T> {\n} }"),
    ["a 1-2", "constructor 4-5", "c 6-7", "d 8-9"],
  );
});

test("a return type may hold braces, generics, unions and arrows", () => {
  assert.deepEqual(spans("function a(): { x: number } | Map<string, { y: 1 }> {\n}"), ["a 1-2"]);
  assert.deepEqual(spans("function b(x: unknown): asserts x is Foo {\n}"), ["b 1-2"]);
  assert.deepEqual(spans("function c(): (x: number) => void {\n}\nlet d = 1;"), ["c 1-2"]);
});

test("control statements, calls and object literals are no functions", () => {
  assert.deepEqual(spans("if (a) { } for (const b of c) { } while (d) { } switch (e) { }"), []);
  assert.deepEqual(spans("const x = a ? f(b) : { y: 1 }; const z = { w: (1) };"), []);
  assert.deepEqual(spans("try { } catch (error) { }"), []);
});

test("signatures without a body are no functions", () => {
  assert.deepEqual(spans("interface A { f(x: number): void; g(): { y: 1 }; }"), []);
});

test("arrows are named after what they are assigned to or handed to", () => {
  const found = findFunctions(scan("const a = (x: number): number => {\n};\ndescribe('b', async () => {\n});"));
  assert.deepEqual(
    found.map((span) => [span.name, span.argumentOf, span.firstLine, span.lastLine]),
    [
      ["a", undefined, 1, 2],
      ["describe", "describe", 3, 4],
    ],
  );
});

test("an arrow with an expression ends where the expression ends", () => {
  assert.deepEqual(spans("const a = () => ({\nb: [\n1],\n});\nconst c = 1;"), ["a 1-4"]);
});

test("an arrow may give an object, a cast one, or a class", () => {
  assert.deepEqual(spans("const a = () => x as {\ny: 1 };"), ["a 1-2"]);
  assert.deepEqual(spans("const b = () => class C {\nd() {} };"), ["b 1-2", "d 2-2"]);
});
