import assert from "node:assert/strict";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { writeFiles } from "./write-files.js";

const root = mkdtempSync(join(tmpdir(), "peregrine-write-"));
after(() => rmSync(root, { recursive: true }));

describe("writing files", () => {
  it("makes directories, writes, and leaves nothing else", () => {
    const out = join(root, "new/out");
    const files = [
      { path: "a.ts", text: "a" },
      { path: "b/c.ts", text: "c" },
    ];
    assert.deepEqual(writeFiles(out, files), { written: ["a.ts", "b/c.ts"], unchanged: [] });
    assert.equal(readFileSync(join(out, "b/c.ts"), "utf8"), "c");
    assert.deepEqual(readdirSync(out, { recursive: true }).sort(), ["a.ts", "b", "b/c.ts"]);
  });

  it("does not touch a file that has the text already", () => {
    const out = join(root, "same");
    writeFiles(out, [{ path: "a.ts", text: "a" }]);
    utimesSync(join(out, "a.ts"), 1, 1);
    const files = [
      { path: "a.ts", text: "a" },
      { path: "b.ts", text: "b" },
    ];
    assert.deepEqual(writeFiles(out, files), { written: ["b.ts"], unchanged: ["a.ts"] });
    assert.equal(statSync(join(out, "a.ts")).mtimeMs, 1000);
    assert.deepEqual(writeFiles(out, [{ path: "a.ts", text: "new" }]).written, ["a.ts"]);
    assert.equal(readFileSync(join(out, "a.ts"), "utf8"), "new");
  });

  it("says which file cannot be written and leaves no half of it", () => {
    const out = join(root, "blocked");
    mkdirSync(join(out, "a.ts"), { recursive: true });
    assert.throws(() => writeFiles(out, [{ path: "a.ts", text: "a" }]), /a\.ts: the file cannot be written: E/);
    assert.deepEqual(readdirSync(out), ["a.ts"]);
    writeFileSync(join(root, "file"), "");
    assert.throws(() => writeFiles(join(root, "file"), []), /file: the output directory is a file: give another --out/);
  });
});
