import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { test } from "node:test";
import { readClassPath } from "./maven.js";

test("a class path is asked for again when a library of it is gone", () => {
  const folder = mkdtempSync(join(tmpdir(), "class-path-"));
  try {
    const file = join(folder, "classpath");
    assert.equal(readClassPath(file), undefined);
    const libraries = ["one.jar", "two.jar"].map((name) => join(folder, name));
    writeFileSync(file, libraries.join(delimiter));
    for (const library of libraries) writeFileSync(library, "");
    assert.equal(readClassPath(file), libraries.join(delimiter));
    rmSync(libraries[1]!);
    assert.equal(readClassPath(file), undefined);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
