import assert from "node:assert/strict";
import { test } from "node:test";
import { checkLayers } from "./layers.js";

const packages = { runtime: new Set(["@bufbuild/protobuf", "commander"]), development: new Set(["fast-check"]) };

function check(files: Readonly<Record<string, string>>): string[] {
  return checkLayers(
    Object.entries(files).map(([path, text]) => ({ path, text })),
    packages,
  );
}

test("imports to a lower rank and inside a folder pass", () => {
  assert.deepEqual(
    check({
      "src/base/status.ts": "",
      "src/base/clock.ts": 'import "./status.js";',
      "src/http2/frame/data.ts": 'import type { A } from "../../base/status.js";',
      "src/index.ts": 'export * from "./base/status.js";',
    }),
    [],
  );
});

test("an import to a higher rank fails, types included", () => {
  const found = check({ "src/base/a.ts": 'import type { B } from "../call/b.js";', "src/call/b.ts": "" });
  assert.deepEqual(found, ["src/base/a.ts:1: base (rank 0) imports src/call/b.ts (rank 3)"]);
});

test("folders of one rank do not import each other", () => {
  const found = check({ "src/net/a.ts": 'type B = import("../call/b.js").B;', "src/call/b.ts": "" });
  assert.deepEqual(found, ["src/net/a.ts:1: net (rank 3) imports src/call/b.ts (rank 3)"]);
});

test("a cycle is found through any number of files", () => {
  const found = check({
    "src/base/a.ts": 'import "./b.js";',
    "src/base/b.ts": 'export { c } from "./c.js";',
    "src/base/c.ts": 'import type { A } from "./a.js";',
  });
  assert.deepEqual(found, ["import cycle: src/base/a.ts <-> src/base/b.ts <-> src/base/c.ts"]);
});

test("tests may import anything, but nothing imports a test", () => {
  assert.deepEqual(
    check({
      "src/base/a.test.ts":
        'import "../call/b.js"; import "node:http2"; import "fast-check"; import "../call/c.testing.js";',
      "src/call/b.ts": 'import "./c.testing.js";',
      "src/call/c.testing.ts": "",
    }),
    ["src/call/b.ts:1: imports the test file src/call/c.testing.ts"],
  );
});

test("sockets are for net, names for net and resolve, node:http2 for nobody, commander for the command line", () => {
  const found = check({
    "src/net/a.ts": 'import "node:net"; import "node:tls"; import "node:dns";',
    "src/resolve/a.ts": 'import "node:dns"; import "node:tls";',
    "src/server/a.ts": 'import "node:net"; import "node:http2";',
    "src/cli/a.ts": 'import "commander";',
    "src/client/a.ts": 'import "commander"; import "node:crypto";',
    "src/call/a.ts": 'process.getBuiltinModule("node:tls"); other("node:tls");',
  });
  assert.deepEqual(found, [
    "src/resolve/a.ts:1: imports node:tls, only net may",
    "src/server/a.ts:1: imports node:net, only net may",
    "src/server/a.ts:1: imports node:http2, nobody may",
    "src/client/a.ts:1: imports commander, only cli may",
    "src/call/a.ts:1: imports node:tls, only net may",
  ]);
});

test("a package that is no dependency cannot be imported", () => {
  const found = check({ "src/codec/a.ts": 'import "@bufbuild/protobuf/wkt"; import "fast-check";' });
  assert.deepEqual(found, ["src/codec/a.ts:1: imports fast-check, which is no dependency of the package"]);
});

test("time and chance are handed in below net/", () => {
  const found = check({
    "src/http2/a.ts": "setTimeout(f, 1); const t = Date.now(); // Math.random()",
    "src/http2/b.ts": "timer.setTimeout(); clock.nowMs();",
    "src/net/c.ts": "setTimeout(f, 1);",
  });
  assert.deepEqual(found, [
    "src/http2/a.ts:1: setTimeout; time and chance are handed in here",
    "src/http2/a.ts:1: Date.now; time and chance are handed in here",
  ]);
});

test("a folder without a rank and an import that leads nowhere are told", () => {
  const found = check({ "src/misc/a.ts": "", "src/base/b.ts": 'import "./none.js";' });
  assert.deepEqual(found, [
    "src/misc/a.ts: folder misc has no rank",
    "src/base/b.ts:1: imports src/base/none.ts, which does not exist",
  ]);
});
