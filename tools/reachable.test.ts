import assert from "node:assert/strict";
import { test } from "node:test";
import { type Api, apiOf } from "./reachable.js";

function api(files: Readonly<Record<string, string>>): Api {
  return apiOf(new Map([["entry", "./a.js"]]), (specifier) => {
    const text = files[specifier];
    return text === undefined ? undefined : { path: specifier, text };
  });
}

function lines(files: Readonly<Record<string, string>>): readonly string[] {
  return api(files).entries[0]!.lines;
}

test("exports are listed with their kinds; re-exports are followed, renamed ones and whole modules too", () => {
  const files = {
    "./a.js": 'export { X as Y, type T } from "./b.js"; export * from "./c.js"; export * from "other";',
    "./b.js": 'import { Z } from "./c.js"; export { Z as X }; export type T = 1; declare const T: 2;',
    "./c.js": "export declare function Z(): void; export interface W { }",
  };
  assert.deepEqual(lines(files), ["* from other", "T type + const", "W interface", "Y function (Z)", "Z function"]);
});

test("a namespace lists what is in it", () => {
  const files = { "./a.js": 'export * as N from "./b.js";', "./b.js": "export type T = U; type U = 1;" };
  assert.deepEqual(lines(files), ["N namespace", "N.T type"]);
  assert.deepEqual([...api(files).declarations.keys()], ["T", "U"]);
});

test("an export of nothing is an error", () => {
  assert.throws(() => api({ "./a.js": "export { X };" }), /a\.js exports X, which it does not declare/);
});

test("what an export refers to is described, step by step, other packages by their name; the rest is not", () => {
  const files = {
    "./a.js": 'import type { B as Alias } from "./b.js"; export declare function f(x: Alias): void; type Unused = 1;',
    "./b.js":
      'import type { Other } from "other"; export interface B { c: C; } interface C { o: Other; d: import("./d.js").D }',
    "./d.js": "export type D = 1; export type E = 2;",
  };
  assert.deepEqual(Object.fromEntries(api(files).declarations), {
    B: "interface B { c: C; }",
    C: 'interface C { o: Other; d: import("./d.js").D }',
    D: "type D = 1;",
    Other: "from other",
    f: "function f(x: B): void;",
  });
});

test("a name that two files use is told apart where it stands and where it is used", () => {
  const files = {
    "./a.js": 'import { O as P } from "./b.js"; export interface O { x: P; y: O }',
    "./b.js": "export type O = 1;",
  };
  assert.deepEqual(Object.fromEntries(api(files).declarations), {
    "O@./a.js": "interface O@./a.js { x: O@./b.js; y: O@./a.js }",
    "O@./b.js": "type O@./b.js = 1;",
  });
});
