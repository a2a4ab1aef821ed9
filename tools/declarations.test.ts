import assert from "node:assert/strict";
import { test } from "node:test";
import { parseModule } from "./declarations.js";

function textsOf(source: string): Record<string, string> {
  const { declared } = parseModule("a.d.ts", source);
  return Object.fromEntries(
    [...declared].map(([name, all]) => [
      name,
      all.map(({ pieces }) => pieces.map(({ text }) => text).join("")).join("\n"),
    ]),
  );
}

function referencesOf(source: string, name: string): string[] {
  const [declaration] = parseModule("a.d.ts", source).declared.get(name) ?? [];
  return (declaration?.pieces ?? []).flatMap((piece) => (piece.name === undefined ? [] : [piece.name]));
}

test("a declaration keeps its text, without comments, private members and the words that say it is exported", () => {
  const source = `
    /** What A is. */
    export declare abstract class A<T = { x: 1 }> extends B<{ y: 2 }> {
        #private;
        private x;
        private static z(): void;
        /** What it does. */
        get<T>(x: T): T;
    }
    export type C = "a" | \`b\${1}\`;
    declare function f(): void;
    declare function f(x: { y: 1; }): void;
    export {};`;
  assert.deepEqual(textsOf(source), {
    A: "abstract class A<T = { x: 1 }> extends B<{ y: 2 }> {\n    #private;\n    get<T>(x: T): T;\n  }",
    C: `type C = "a" | \`b\${1}\`;`,
    f: "function f(): void;\nfunction f(x: { y: 1; }): void;",
  });
});

test("a constructor that may not be called stays", () => {
  assert.deepEqual(textsOf("export declare class A { private constructor(); }"), {
    A: "class A { private constructor(); }",
  });
});

test("names of members, parameters and properties refer to nothing", () => {
  const source = "interface A { b: C; readonly d?: E.F; g(h: I, j?: typeof K): void }";
  assert.deepEqual(
    referencesOf(source, "A").filter((name) => /^[a-zA-Z]$/.test(name)),
    ["A", "C", "E", "I", "K"],
  );
});

test("exports and imports are listed with the names that they have elsewhere", () => {
  const { exported, imported, stars } = parseModule(
    "a.d.ts",
    `import { type A as B, C } from "./x.js"; import * as D from "y"; export { B as E, type F } from "./z.js";
     export * from "./s.js"; export * as G from "./g.js"; export declare const H: 1;`,
  );
  assert.deepEqual(Object.fromEntries(imported), {
    B: { name: "A", from: "./x.js" },
    C: { name: "C", from: "./x.js" },
    D: { name: "*", from: "y" },
  });
  assert.deepEqual(Object.fromEntries(exported), {
    E: { name: "B", from: "./z.js" },
    F: { name: "F", from: "./z.js" },
    G: { name: "*", from: "./g.js" },
    H: { name: "H" },
  });
  assert.deepEqual(stars, ["./s.js"]);
});
