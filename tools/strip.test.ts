import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { parseAst } from "rollup/parseAst";
import { root } from "./files.js";
import { strip } from "./strip.js";

/** The program without places. */
function meaning(code: string): string {
  return JSON.stringify(parseAst(code), (key, value: unknown) => {
    if (key === "start" || key === "end" || key.startsWith("_rollup")) return undefined;
    return typeof value === "bigint" ? `${value}n` : value;
  });
}

describe("strip", () => {
  const cases: readonly [string, string, string][] = [
    ["comments of both kinds", "/** one */\nlet a = 1; // two\n\n/* three\n four */ let b;\n", "let a = 1;\n let b;\n"],
    ["what looks like one in a string", "let a = 'http://x/*';\n", "let a = 'http://x/*';\n"],
    ["and in a regular expression", "let a = /[/*]\\//; // x\n", "let a = /[/*]\\//;\n"],
    ["and in a template", `let a = \`//  \${1 /* x */} /*\n\n    y\`;\n`, `let a = \`//  \${1 } /*\n\n    y\`;\n`],
    ["a comment between words", "return1();typeof/* x */a;\n", "return1();typeof a;\n"],
    ["marks for bundlers stay", "let a = /*#__PURE__*/ f(); /* x */\n", "let a = /*#__PURE__*/ f();\n"],
    ["indentation by tabs", "{\n        a();\n      b();\n}\n", "{\n\t\ta();\n\t  b();\n}\n"],
    ["a division", "let a = b / c / d;\n", "let a = b / c / d;\n"],
    ["a comment at the end", "a(); // b", "a();\n"],
  ];
  for (const [name, code, expected] of cases) {
    it(name, () => assert.equal(strip(code), expected));
  }

  it("changes nothing of what the library means", () => {
    for (const file of ["dist/src/http2/connection.js", "dist/src/proto/cursor.js", "dist/src/cli/printable.js"]) {
      const code = readFileSync(join(root, file), "utf8");
      const stripped = strip(code);
      assert.equal(meaning(stripped), meaning(code), file);
      assert.ok(stripped.length < code.length, file);
      assert.equal(strip(stripped), stripped, file);
    }
  });
});
