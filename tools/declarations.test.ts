import assert from "node:assert/strict";
import { test } from "node:test";
import { apiOf } from "./declarations.js";

function api(files: Readonly<Record<string, string>>): string[] {
  return apiOf("./a.js", (specifier) => {
    const text = files[specifier];
    return text === undefined ? undefined : { path: specifier, text };
  });
}

test("declarations are listed with their kinds and public members", () => {
  const text = `
    export declare class A extends B { #private; private x; constructor(o?: { y: 1 }); get z(): number; readonly w?: string; get<T>(x: T): T;
      static of(): A; [Symbol.asyncDispose](): Promise<void>; }
    export interface C { a(): void; b?: number }
    export type D = { x: 1 } | 2;
    export declare const E: { readonly f: 1; };
    export type E = 1;
    declare function g(): void;
    export {};`;
  assert.deepEqual(api({ "./a.js": text }), [
    "A class: [Symbol.asyncDispose] constructor get of w? z",
    "C interface: a b?",
    "D type",
    "E const + type",
  ]);
});

test("re-exports are followed, renamed ones and whole modules too", () => {
  const files = {
    "./a.js": 'export { X as Y, type T } from "./b.js"; export * from "./c.js"; export * from "other";',
    "./b.js": 'import { Z } from "./c.js"; export { Z as X }; export type T = 1;',
    "./c.js": "export declare function Z(): void; export interface W { }",
  };
  assert.deepEqual(api(files), ["* from other", "T type", "W interface", "Y function", "Z function"]);
});
