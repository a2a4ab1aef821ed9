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
    assert.deepEqual(writeFiles(out, files), { written: ["a.ts", "b/c.ts"], unchanged: [], removed: [] });
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
    assert.deepEqual(writeFiles(out, files), { written: ["b.ts"], unchanged: ["a.ts"], removed: [] });
    assert.equal(statSync(join(out, "a.ts")).mtimeMs, 1000);
    assert.deepEqual(writeFiles(out, [{ path: "a.ts", text: "new" }]).written, ["a.ts"]);
    assert.equal(readFileSync(join(out, "a.ts"), "utf8"), "new");
  });

  it("says which file cannot be written and leaves no half of it", () => {
    const out = join(root, "blocked");
    mkdirSync(join(out, "a.ts"), { recursive: true });
    assert.throws(() => writeFiles(out, [{ path: "a.ts", text: "a" }]), /a\.ts: the file cannot be written: there is/);
    assert.deepEqual(readdirSync(out), ["a.ts"]);
    writeFileSync(join(root, "file"), "");
    assert.throws(() => writeFiles(join(root, "file"), []), /file: the output directory is a file: give another --out/);
  });

  it("replaces nothing when one of the files cannot be written", () => {
    const out = join(root, "whole");
    writeFiles(out, [{ path: "a.ts", text: "old" }]);
    writeFileSync(join(out, "b"), "a file where a directory is needed");
    const files = [
      { path: "a.ts", text: "new" },
      { path: "b/c.ts", text: "c" },
    ];
    assert.throws(() => writeFiles(out, files, () => true), /b\/c\.ts: the file cannot be written: E/);
    assert.equal(readFileSync(join(out, "a.ts"), "utf8"), "old");
    assert.deepEqual(readdirSync(out).sort(), ["a.ts", "b"]);
  });

  it("clears what a run that was cut off left, not what a running one writes", () => {
    const out = join(root, "cut");
    mkdirSync(out);
    // No process has the number 2^31 - 1; ours has our parent's as an example of one that runs.
    for (const pid of [2147483647, process.ppid]) writeFileSync(join(out, `a_pb.ts.${pid}.peregrine-tmp`), "half");
    writeFileSync(join(out, "notes.2147483647.peregrine-tmp"), "");
    writeFiles(out, []);
    assert.deepEqual(
      readdirSync(out).sort(),
      [`a_pb.ts.${process.ppid}.peregrine-tmp`, "notes.2147483647.peregrine-tmp"].sort(),
    );
  });
});
