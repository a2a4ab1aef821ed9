import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { compileToSet } from "../../src/proto/compile-set.js";
import { nameOfRow, type VerdictRow } from "./verdict-row.js";
import { verdictRows } from "./verdict-table.js";

/** What is to be seen of a row without `protoc`: `test/corpus/verdicts.ts` asks that. */
function judged(row: VerdictRow): { error: string | undefined; sum: string | undefined } {
  const { files, diagnostics } = compileToSet(["t.proto"], {
    read: (path) => {
      const text = row.files[path];
      return text === undefined ? undefined : { text, displayPath: path };
    },
  });
  const [error] = diagnostics.filter((one) => one.severity === "error");
  const record = files.find((one) => one.name === "t.proto")?.record;
  const file = error?.file === "t.proto" ? "" : `${error?.file}:`;
  return {
    error: error === undefined ? undefined : `${file}${error.line}:${error.column}: ${error.message}`,
    sum: record === undefined ? undefined : createHash("sha256").update(record).digest("hex").slice(0, 12),
  };
}

const kinds: ReadonlySet<string> = new Set(verdictRows.map(({ kind }) => kind));

// One test for each kind: a test takes longer than to compile a row.
for (const kind of kinds) {
  test(`odd files have protoc's verdict: ${kind}`, () => {
    for (const row of verdictRows) {
      if (row.kind === kind) assert.deepEqual(judged(row), { error: row.error, sum: row.sum }, nameOfRow(row));
    }
  });
}

test("rows of each kind are of both verdicts", () => {
  const isMixed = (kind: string) =>
    new Set(verdictRows.filter((row) => row.kind === kind).map(({ error }) => error === undefined)).size === 2;
  const onlyOne = [...kinds].filter((kind) => !isMixed(kind));
  // All of these are fine; what counts is their bytes.
  assert.deepEqual(onlyOne, ["implicit presence in option values", "defaults of floats", "files of comments"]);
});
