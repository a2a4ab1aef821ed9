import assert from "node:assert/strict";
import { test } from "node:test";
import { markdown, type RuntimeResult, withReport } from "./report.js";
import { isFailed } from "./run.js";
import { areaOf, summarize } from "./suite.js";

const works = { name: "TLS", result: "works" } as const;

const results: readonly RuntimeResult[] = [
  { name: "node20", version: "20.1.2", acceptance: [works, { name: "zstd", result: "left out", why: "none here" }] },
  {
    name: "bun",
    version: "1.2.3",
    acceptance: [works],
    suite: summarize([
      { file: "src/net/a.test.ts", passed: 3, failed: 0, skipped: 1, failures: [] },
      {
        file: "src/net/b.test.ts",
        passed: 1,
        failed: 1,
        skipped: 0,
        failures: [{ file: "src/net/b.test.ts", test: "t", message: "m", reason: "its TLS is another" }],
      },
    ]),
  },
  { name: "deno", missing: "no network" },
];

test("areas are the folders of src, and those of test with their name", () => {
  const paths = ["src/net/a.test.ts", "src/x.test.ts", "test/peers/y.test.ts", "src/cli/deep/z.test.ts"];
  assert.deepEqual(paths.map(areaOf), ["net", "entries", "test/peers", "cli"]);
});

test("the report has a column for each runtime, counts by area, reasons, and what was left out", () => {
  const text = markdown(results);
  assert.match(text, /^\| {2}\| Node 20\.1\.2 \| Bun 1\.2\.3 \|$/m);
  assert.match(text, /^\| TLS \| works \| works \|$/m);
  assert.match(text, /^\| zstd \| left out \| {2}\|$/m);
  assert.match(text, /^- Node 20\.1\.2, zstd: left out; none here$/m);
  assert.match(text, /^\| net \| {2}\| 4, 1 failed, 1 skipped \|$/m);
  assert.match(text, /^- Bun 1\.2\.3, 1 in `src\/net\/b\.test\.ts`: its TLS is another$/m);
  assert.match(text, /^- deno was left out: no network$/m);
});

test("the report replaces the one before, and nothing else", () => {
  const marks = ["begin", "end"].map((word) => `<!-- written by \`npm run runtimes -- --write\`: ${word} -->`);
  const document = `# Title\n\n${marks[0]}\n\nold\n\n${marks[1]}\n\nAfter.\n`;
  const once = withReport(document, "new");
  assert.equal(once, document.replace("old", "new"));
  assert.equal(withReport(once, "new"), once);
  assert.throws(() => withReport("# Title", "new"), /lacks the lines/);
});

test("a feature that fails and a failure without a reason fail the run, a known one does not", () => {
  assert.deepEqual(results.map(isFailed), [false, false, false]);
  assert.equal(isFailed({ name: "x", acceptance: [{ name: "TLS", result: "fails", why: "no" }] }), true);
  const failures = [{ file: "f", test: "t", message: "m" }];
  assert.equal(isFailed({ name: "x", suite: { areas: {}, failures } }), true);
});
