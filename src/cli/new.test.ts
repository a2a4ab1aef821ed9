import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { nameProblem, protoPackage } from "../scaffold/project-name.js";
import { makeDir, runCli, runWithRoom } from "./cli.testing.js";

describe("peregrine new", () => {
  const dir = makeDir({ "taken/mine.txt": "mine" });
  after(() => rmSync(dir, { recursive: true }));

  it("takes names as npm does", () => {
    for (const name of ["shop", "a1", "my-shop.v2", "@acme/shop_x"]) assert.equal(nameProblem(name), undefined, name);
    const bad = [
      "",
      "Shop",
      ".shop",
      "_shop",
      "-shop",
      "@acme/-rf",
      "a/b",
      "../x",
      "@/x",
      "@a/b/c",
      "sh op",
      "node_modules",
      "http",
      "x".repeat(215),
    ];
    for (const name of bad) assert.notEqual(nameProblem(name), undefined, name);
    assert.deepEqual(["@acme/my-shop", "1st", "a.b"].map(protoPackage), ["my_shop", "app_1st", "a_b"]);
  });

  it("writes over nothing", async () => {
    const taken = await runCli(dir, "new", "taken");
    assert.equal(taken.code, 1);
    assert.match(taken.stderr, /taken is there already and not empty: nothing was written/);
    assert.deepEqual(readdirSync(join(dir, "taken")), ["mine.txt"]);
    const wrong = await runCli(dir, "new", "../Out");
    assert.equal(wrong.code, 2);
    assert.ok(!existsSync(join(dir, "../Out")));
  });

  it("leaves nothing where the files do not fit, so that the next try does", () => {
    const full = makeDir({ "empty/.keep": "" });
    rmSync(join(full, "empty/.keep"));
    for (const name of ["shop", "empty"]) {
      const failed = runWithRoom(2, full, "new", name);
      assert.equal(failed.code, 1);
      assert.match(
        failed.stderr,
        new RegExp(`^peregrine: ${name}/\\S+ cannot be written: EFBIG: [^;\\n]+; nothing was written\\n$`),
      );
      assert.deepEqual(readdirSync(full), ["empty"]);
      assert.deepEqual(readdirSync(join(full, "empty")), []);
    }
    assert.equal(runWithRoom("unlimited", full, "new", "empty").code, 0);
    assert.deepEqual(
      readdirSync(join(full, "empty")).filter((one) => one.includes("tmp")),
      [],
    );
    rmSync(full, { recursive: true });
  });

  it("takes away what a run that was killed has left, and not what another one writes now", async () => {
    const left = makeDir({ "shop/.project.0.peregrine-tmp/a": "", "busy/.project.1.peregrine-tmp/a": "" });
    assert.equal((await runCli(left, "new", "shop")).code, 0);
    assert.ok(!existsSync(join(left, "shop/.project.0.peregrine-tmp")));
    assert.match((await runCli(left, "new", "busy")).stderr, /busy is there already and not empty/);
    rmSync(left, { recursive: true });
  });

  it("writes the files that it tells of", async () => {
    const made = await runCli(dir, "new", "@acme/shop", "--json");
    assert.equal(made.code, 0, made.stderr);
    const { files } = JSON.parse(made.stdout) as { files: string[] };
    for (const file of files) assert.ok(existsSync(join(dir, "shop", file)), file);
    assert.match(readFileSync(join(dir, "shop/protos/shop/v1/greeter.proto"), "utf8"), /^package shop\.v1;$/m);
    const built = await runCli(join(dir, "shop"), "lint", "protos");
    assert.deepEqual([built.code, built.stdout], [0, ""]);
  });
});
