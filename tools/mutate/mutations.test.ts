import assert from "node:assert/strict";
import { test } from "node:test";
import { mutationsOf } from "./mutations.js";

function mutants(code: string): string[] {
  return mutationsOf(code).map(({ start, end, replacement }) => code.slice(0, start) + replacement + code.slice(end));
}

test("operators become their opposites or neighbours", () => {
  assert.deepEqual(mutants("x = a < b;"), [";", "x = a <= b;"]);
  assert.deepEqual(mutants("const x = a && b;"), ["const x = a || b;"]);
  assert.deepEqual(mutants("const x = a - b;"), ["const x = a + b;"]);
  assert.deepEqual(mutants("const x = a ?? b;"), ["const x = a && b;"]);
});

test("text that is joined is left alone", () => {
  assert.deepEqual(mutants('const x = a + "b";'), []);
});

test("conditions are negated once", () => {
  assert.deepEqual(mutants("if (a) b;"), ["if (!(a)) b;"]);
  assert.deepEqual(mutants("if (a === c) b;"), ["if (a !== c) b;"]);
  assert.deepEqual(mutants("const x = !a;"), ["const x = a;"]);
});

test("literals change, names of properties do not", () => {
  assert.deepEqual(mutants("const x = true;"), ["const x = false;"]);
  assert.deepEqual(mutants("const x = 2;"), ["const x = 3;"]);
  assert.deepEqual(mutants("const x = 65536;"), []);
  assert.deepEqual(mutants("const x = { 1: y };"), []);
});

test("calls and assignments are left out, a constructor's super() is not", () => {
  assert.deepEqual(mutants("f(a);"), [";"]);
  assert.deepEqual(mutants("class A extends B { constructor() { super(); } }"), []);
  assert.deepEqual(mutants("i++;"), ["i--;"]);
});
