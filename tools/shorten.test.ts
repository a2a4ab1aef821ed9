import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { root } from "./files.js";
import { shorten } from "./shorten.js";

describe("shorten", () => {
  const cases: readonly [string, string, RegExp][] = [
    ["comments of both kinds", "/** one */\nf(1); // two\n\n/* three\n four */ f(2);\n", /^f\(1\)\nf\(2\)\n$/],
    ["what looks like one in a string", "f('http://x/*');\n", /^f\("http:\/\/x\/\*"\)\n$/],
    ["and in a regular expression", "f(/[/*]\\//); // x\n", /^f\(\/\[\/\*\]\\\/\/\)\n$/],
    [
      "marks for bundlers stay",
      "let long = /*#__PURE__*/ f(); g(long)\n",
      /^let (\w)=\/\*#__PURE__\*\/f\(\)\ng\(\1\)\n$/,
    ],
    [
      "names of functions stay, of variables not",
      "const twice = (value) => value + value;\nuse(twice(1));\n",
      /^const twice=(\w)=>\1\+\1\nuse\(twice\(1\)\)\n$/,
    ],
    ["names of exports stay", "export const outer = (value) => value;\n", /^export const outer=(\w)=>\1\n$/],
  ];
  for (const [name, code, expected] of cases) {
    it(name, async () => assert.match(await shorten(code), expected));
  }

  it("keeps what a stack trace shows", async () => {
    const code = `
      class Shop { #price(item) { throw new Error(item); } sell(thing) { return this.#price(thing); } }
      function buyer(shop) { return shop.sell("pear"); }
      globalThis.bought = () => buyer(new Shop());`;
    const run = new Function("globalThis", await shorten(code));
    const scope: { bought?: () => void } = {};
    run(scope);
    assert.throws(
      () => scope.bought?.(),
      (error: Error) => /at (Shop\.)?#price .*\n.*at Shop\.sell .*\n.*at buyer /.test(error.stack ?? ""),
    );
  });

  it("is done once", async () => {
    for (const file of ["dist/src/http2/connection.js", "dist/src/proto/cursor.js", "dist/src/cli/printable.js"]) {
      const code = readFileSync(join(root, file), "utf8");
      const short = await shorten(code);
      assert.ok(short.length < 0.8 * code.length, file);
      assert.equal((await shorten(short)).length, short.length, file);
    }
  });
});
