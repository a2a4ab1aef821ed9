import assert from "node:assert/strict";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { makeDir, put } from "./cli.testing.js";
import { DirectoryWatcher } from "./watcher.js";

const dir = makeDir({ "a/x.proto": "", "b/y.proto": "" });
const at = (path: string): string => join(dir, path);
let changed: () => void = () => undefined;
let changes = 0;
const watcher = new DirectoryWatcher(() => {
  changes++;
  changed();
});
after(() => {
  watcher.close();
  rmSync(dir, { recursive: true });
});

/** Resolves at the next change that is told. */
function nextChange(): Promise<void> {
  return new Promise((resolve) => {
    changed = resolve;
  });
}

describe("a watcher of directories", { timeout: 30_000 }, () => {
  it("tells of .proto files and directories, several changes at once, and of nothing else", async () => {
    assert.equal(watcher.watch(new Set([at("a")])), 1);
    assert.equal(watcher.watch(new Set([at("a"), at("none")])), 0);
    const next = nextChange();
    put(dir, "a/out_pb.ts", "");
    put(dir, "b/y.proto", "not watched");
    put(dir, "a/x.proto", "1");
    put(dir, "a/z.proto", "2");
    await next;
    assert.equal(changes, 1);
    const made = nextChange();
    mkdirSync(at("a/deep"));
    await made;
    assert.equal(changes, 2);
    const configured = nextChange();
    put(dir, "a/buf.yaml", "");
    await configured;
    assert.equal(changes, 3);
  });

  it("sees a directory that was removed and came again", async () => {
    const removed = nextChange();
    rmSync(at("a"), { recursive: true });
    await removed;
    put(dir, "a/x.proto", "3");
    assert.equal(watcher.watch(new Set([at("a")])), 1);
    const next = nextChange();
    put(dir, "a/x.proto", "4");
    await next;
  });
});
