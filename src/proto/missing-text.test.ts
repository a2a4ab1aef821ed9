import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { rootsReader } from "./package-reader.js";

const dir = realpathSync(mkdtempSync(join(tmpdir(), "peregrine-missing-")));
after(() => rmSync(dir, { recursive: true }));
for (const path of ["protos/old", "inner", "node_modules/pkg"]) mkdirSync(join(dir, path), { recursive: true });
writeFileSync(join(dir, "protos/old/a.proto"), "");

const todo =
  "Add the directory that the name begins in as an include directory (--include), or install the package that has it.";

function explain(path: string, deps: readonly string[] = []): string | undefined {
  const roots = [{ dir: join(dir, "protos"), excludes: [join(dir, "protos/old")] }, { dir: "." }];
  const reader = rootsReader({ roots, packageDirs: [join(dir, "inner"), dir], deps });
  return reader.explainMissing?.(path)?.replaceAll(dir, "DIR");
}

describe("an import that is not there", () => {
  it("was searched in these directories, and in packages", () => {
    assert.equal(explain("alone.proto"), `Searched in DIR/protos, ./. ${todo}`);
    assert.equal(
      explain("none/a.proto"),
      `Searched in DIR/protos, ./, and for a package "none" in node_modules of DIR/inner and above (there is none). ${todo}`,
    );
    assert.equal(
      explain("pkg/a.proto"),
      `Searched in DIR/protos, ./, and for a.proto in the package DIR/node_modules/pkg. ${todo}`,
    );
    assert.match(explain("@x/y/z.proto") ?? "", /for a package "@x\/y" in/);
  });

  it("was searched around a directory that has two names", () => {
    const reader = rootsReader({ roots: [{ dir: "." }], packageDirs: [".", process.cwd()], deps: [] });
    assert.match(reader.explainMissing?.("none/a.proto") ?? "", / in node_modules of \.\/ and above /);
  });

  it("comes with the package that is known to have it", () => {
    assert.match(
      explain("buf/validate/validate.proto") ?? "",
      /for a package "@bufbuild\/protovalidate" .*\. Install .* npm install @bufbuild\/protovalidate$/,
    );
  });

  it("is left out, or has a name that is never looked for", () => {
    assert.equal(
      explain("old/a.proto"),
      "DIR/protos/old/a.proto is there, but buf.yaml leaves it out (includes, excludes).",
    );
    assert.match(explain("old/b.proto") ?? "", /^Searched in /);
    for (const path of ["../a.proto", "/a.proto", "a//b.proto", "./a.proto", "a\\b.proto"]) {
      assert.match(explain(path) ?? "", /^Write the name from an include directory on/, path);
    }
  });

  it("may be one of a registry that nobody asked", () => {
    assert.match(
      explain("alone.proto", ["buf.build/a/b"]) ?? "",
      /The deps of buf\.yaml \(buf\.build\/a\/b\) .*"buf export NAME/,
    );
  });
});
