import assert from "node:assert/strict";
import { chmodSync, existsSync, lstatSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { makeDir, runCli, runWithRoom } from "./cli.testing.js";
import { writeWholeFile } from "./whole-file.js";

const message = `message M {\n${Array.from({ length: 99 }, (_, i) => `  string text_${i} = ${i + 1};\n`).join("")}}\n`;
const proto = `syntax = "proto3";\n${message}`;

describe("a file that is written as a whole", () => {
  const dir = makeDir({
    "m.proto": proto,
    "old.binpb": "old",
    "odd.proto": proto.replaceAll("  string", "string"),
    "page.html": "old",
  });
  after(() => rmSync(dir, { recursive: true }));

  function filesNow(): string[] {
    return readdirSync(dir).filter((name) => name !== "gen");
  }

  it("is as it was where there is no room for the new one, and nothing is beside it", async () => {
    const before = filesNow();
    const runs: readonly (readonly [file: string, ...args: string[]])[] = [
      ["old.binpb", "build", "m.proto", "--out", "old.binpb"],
      ["new.binpb", "build", "m.proto", "--out", "new.binpb"],
      ["odd.proto", "format", "odd.proto", "--write"],
      ["gen/m_pb.ts", "generate", "m.proto", "--out", "gen"],
    ];
    for (const [file, ...args] of runs) {
      const { code, stderr } = runWithRoom(1, dir, ...args);
      assert.equal(code, 1, stderr);
      assert.match(
        stderr,
        /^peregrine: .*: (the file )?cannot be written: EFBIG: file too large, write\n$/,
        args.join(" "),
      );
      assert.ok(stderr.includes(file), stderr);
    }
    assert.deepEqual(filesNow(), before);
    assert.deepEqual(readdirSync(join(dir, "gen")), []);
    assert.equal(readFileSync(join(dir, "old.binpb"), "utf8"), "old");
    assert.match(readFileSync(join(dir, "odd.proto"), "utf8"), /^string text_0/m);
  });

  it("keeps its mode, its link, and that it is read-only", () => {
    const file = join(dir, "old.binpb");
    const link = join(dir, "link.binpb");
    chmodSync(file, 0o640);
    symlinkSync("old.binpb", link);
    writeWholeFile(link, () => ["new", Buffer.from("er")]);
    assert.ok(lstatSync(link).isSymbolicLink());
    assert.deepEqual([readFileSync(file, "utf8"), statSync(file).mode & 0o777], ["newer", 0o640]);
    chmodSync(file, 0o440);
    assert.throws(() => writeWholeFile(file, () => [""]), /it is read-only/);
    assert.equal(readFileSync(file, "utf8"), "newer");
    writeWholeFile(join(dir, "deep/er/x"), () => ["x"]);
    assert.deepEqual(readdirSync(join(dir, "deep/er")), ["x"]);
  });

  it("may be a device, which stays one", { skip: !existsSync("/dev/full") && "there is no /dev/full" }, async () => {
    const full = await runCli(dir, "build", "m.proto", "--out", "/dev/full");
    assert.deepEqual(
      [full.code, full.stderr],
      [1, "peregrine: --out /dev/full: cannot be written: ENOSPC: no space left on device, write\n"],
    );
    writeWholeFile("/dev/null", () => ["x"]);
    assert.ok(statSync("/dev/null").isCharacterDevice() && statSync("/dev/full").isCharacterDevice());
  });
});
