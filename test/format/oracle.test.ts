import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { formatProto } from "../../src/format/format.js";
import { rootDir } from "../proto/corpus.js";
import { protoFiles } from "./files.js";

/** Files for which we print something else than `buf format` does, and why. */
const differently: ReadonlyMap<string, string> = new Map([
  ["test/proto/corpus/aggregate.proto", "buf puts a part of an option before the whole of it, which compiles no more"],
  ["test/proto/corpus/layout.proto", "buf drops a blank line that stands beside an empty statement"],
  [
    "test/format/corpus/dropped.proto",
    "buf drops comments beside separators that it leaves out, and moves one behind a ';'",
  ],
  [
    "test/format/corpus/inside.proto",
    "buf breaks lines behind line comments in a statement; here they become block comments",
  ],
  [
    "test/format/corpus/closing.proto",
    "buf drops the blank line before comments at the end of a block, if one follows them",
  ],
]);

const dir = mkdtempSync(join(tmpdir(), "peregrine-format-"));
after(() => rmSync(dir, { recursive: true }));
const files = protoFiles();

function formatted(path: string, text: string): string {
  const result = formatProto(text, path);
  assert.ok(result.ok, path);
  return result.text;
}

/** What `buf` makes of all files; it leaves the carriage returns of lines that end with comments, which is taken back here. */
function byBuf(): Map<string, string> {
  for (const { path, text } of files) {
    mkdirSync(dirname(join(dir, "in", path)), { recursive: true });
    writeFileSync(join(dir, "in", path), text);
  }
  const buf = join(rootDir, "node_modules/.bin/buf");
  execFileSync(buf, ["format", "in", "-o", "out"], { cwd: dir, stdio: ["ignore", "ignore", "inherit"] });
  const read = (path: string): string => readFileSync(join(dir, "out", path), "utf8").replaceAll("\r\n", "\n");
  return new Map(files.map(({ path }) => [path, read(path)]));
}

const theirs = byBuf();

test("files are formatted as buf format does, but those that are named here", () => {
  const different = files.filter(({ path, text }) => formatted(path, text) !== theirs.get(path));
  assert.ok(files.length > 60);
  assert.deepEqual(different.map((file) => file.path).sort(), [...differently.keys()].sort());
});

test("what buf has formatted stays as it is, where it loses nothing", () => {
  for (const [path, text] of theirs) {
    if (!differently.has(path)) assert.equal(formatted(path, text), text, path);
  }
});
