import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { exportedName, importedName, SourceFile } from "./source-file.js";

const same = (from: string): string => from;

describe("a source file", () => {
  it("imports what it names, types apart, sorted", () => {
    const out = new SourceFile("here");
    out.print("let x: ", importedName("T", "m", true), " = ", importedName("b", "m", false), ";");
    out.print(importedName("a", "m", false), "(", [importedName("U", "n", true), ")"]);
    const head = 'import type { T } from "m";\nimport { a, b } from "m";\nimport type { U } from "n";\n';
    assert.equal(out.toText(same), `${head}\nlet x: T = b;\na(U)\n`);
  });

  it("imports a name once, as a value where any use is one", () => {
    const out = new SourceFile("here");
    for (const typeOnly of [true, false, true]) out.print(importedName("T", "m", typeOnly));
    assert.equal(out.toText(same), 'import { T } from "m";\n\nT\nT\nT\n');
  });

  it("gives foreign names another one where its own or each other's clash", () => {
    const out = new SourceFile("here");
    out.print(importedName("T", "m", true), " ", importedName("T", "n", true), " ", importedName("T", "here", true));
    out.print("export type ", exportedName("T"), " = 1;");
    assert.equal(
      out.toText(same),
      'import type { T as T$1 } from "m";\nimport type { T as T$2 } from "n";\n\nT$1 T$2 T\nexport type T = 1;\n',
    );
  });

  it("writes no imports where it needs none, and quotes what it imports from", () => {
    const out = new SourceFile("here");
    out.print();
    assert.equal(out.toText(same), "\n");
    out.print(importedName("T", 'a"b', true));
    assert.match(out.toText(same), /from "a\\"b";/);
  });
});
