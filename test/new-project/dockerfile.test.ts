import assert from "node:assert/strict";
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { makeDir, put } from "../../src/cli/cli.testing.js";
import { projectFiles } from "../../src/scaffold/project-files.js";
import { type Stage, walkDockerfile } from "./dockerfile.js";

describe("the Dockerfile of a new project", () => {
  const dir = makeDir(projectFiles({ name: "shop", version: "1.0.0" }));
  const tmp = makeDir({});
  after(() => {
    for (const one of [dir, tmp]) rmSync(one, { recursive: true });
  });

  /** Goes through it; commands leave what they would make. */
  async function walk(): Promise<{ stage: Stage; commands: string[] }> {
    const commands: string[] = [];
    const stage = await walkDockerfile(dir, tmp, async (command, at) => {
      const here = readdirSync(at).sort();
      commands.push(`${command}: ${here.join(" ")}`);
      if (command === "npm install") put(at, "node_modules/peregrine/package.json", "{}");
      if (command === "npm run build") put(at, "dist/main.js", "");
    });
    return { stage, commands };
  }

  it("copies what there is, and runs with what was copied", async () => {
    put(dir, "node_modules/mine/index.js", "");
    put(dir, "dist/old.js", "");
    const { stage, commands } = await walk();
    const before = ".dockerignore .gitignore Dockerfile README.md";
    const behind = "node_modules package.json protos src tsconfig.json";
    assert.deepEqual(commands, [
      "npm install: package.json",
      `npm run build: ${before} ${behind}`,
      `npm prune --omit=dev: ${before} dist ${behind}`,
    ]);
    const app = join(stage.dir, stage.workdir);
    assert.deepEqual(readdirSync(app).sort(), ["dist", "node_modules", "package.json"]);
    assert.deepEqual(readdirSync(join(app, "dist")), ["main.js"], "what was built here is not in the image");
    assert.ok(!existsSync(join(app, "node_modules/mine")));
    assert.deepEqual([stage.user, stage.port, stage.env["LISTEN"]], ["node", 50051, "0.0.0.0:50051"]);
    assert.deepEqual(stage.command, ["node", "dist/main.js"]);
    assert.deepEqual(stage.healthcheck?.slice(1), ["health", "127.0.0.1:50051"]);
  });

  it("is told where it copies what is not there", async () => {
    const wrong: readonly (readonly [string, RegExp])[] = [
      [
        "FROM node AS a\nCOPY package-lock.json ./",
        /^Error: Dockerfile:2: COPY .*: there is no package-lock\.json in the build/,
      ],
      ["FROM node AS a\nCOPY dist .", /there is no dist in the build context/],
      ["FROM node AS a\nFROM node\nCOPY --from=a /app/dist dist", /there is no \/app\/dist in the stage a/],
      ["FROM node AS a\nFROM node\nCOPY --from=b /app dist", /there is no stage b/],
      ["COPY . .", /there is no FROM/],
      ["FROM node\nADD . .", /not known/],
      ["FROM node\nCMD node dist/main.js", /Dockerfile:2: CMD /],
    ];
    for (const [text, message] of wrong) {
      put(dir, "Dockerfile", text);
      await assert.rejects(walk(), message, text);
    }
  });
});
