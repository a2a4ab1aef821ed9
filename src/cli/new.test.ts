import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { nameProblem, protoPackage } from "../scaffold/project-name.js";
import { makeDir, runCli } from "./cli.testing.js";

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
