import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { listFiles, root } from "../../tools/files.js";

const document = "docs/specification.md";

/** The test files that name each rule. */
function findRules(): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const path of ["src", "test"].flatMap((folder) => listFiles(root, folder, [".test.ts"])).sort()) {
    const names = new Set(readFileSync(join(root, path), "utf8").match(/\bwire:[a-z-]+/g));
    for (const name of names) found.set(name, [...(found.get(name) ?? []), path]);
  }
  return found;
}

/** The rows of the document's tables: the rule, and the files that its last cell links. */
function readRows(): Map<string, string[]> {
  const rows = new Map<string, string[]>();
  for (const line of readFileSync(join(root, document), "utf8").split("\n")) {
    const [, rule] = /^\| `(wire:[a-z-]+)` \|/.exec(line) ?? [];
    if (rule === undefined) continue;
    assert.ok(!rows.has(rule), `${document} has ${rule} twice`);
    rows.set(
      rule,
      [...line.matchAll(/\]\(\.\.\/([^)]+)\)/g)].map(([, path]) => path ?? ""),
    );
  }
  return rows;
}

test("the table of rules and the tests that name them agree", () => {
  const [found, rows] = [findRules(), readRows()];
  assert.deepEqual([...rows.keys()].sort(), [...found.keys()].sort());
  for (const [rule, paths] of found) {
    const cell = paths.map((path) => `[${path}](../${path})`).join(", ");
    assert.deepEqual(rows.get(rule), paths, `${document}: the tests of ${rule} are ${cell}`);
  }
});
