import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fromBinary } from "peregrine/protobuf";
import { FileDescriptorSetSchema } from "peregrine/protobuf/wkt";
import { type Build, buildOnce, writeTestDescriptors } from "./builds.js";
import { Missing, type Surroundings } from "./peer.js";

const protos = ["empty", "messages", "test"].map((name) => `grpc/testing/${name}.proto`);

async function inCache(run: (around: Surroundings) => Promise<void>): Promise<void> {
  const cacheFolder = mkdtempSync(join(tmpdir(), "builds-"));
  const certificates = { ca: "", cert: "", key: "" };
  try {
    await run({ cacheFolder, runFolder: cacheFolder, certificates, buildsAll: false });
  } finally {
    rmSync(cacheFolder, { recursive: true, force: true });
  }
}

test("a peer is built once, from a copy of its sources, and again when a version changes or a step has failed", () =>
  inCache(async (around) => {
    let built = 0;
    const build = (versions: string, fails = false): Build => ({
      name: "grpclib",
      versions,
      run: async (folder) => {
        built++;
        assert.ok(existsSync(join(folder, "client.py")));
        if (fails) throw new Missing("a step failed");
      },
    });
    const folder = await buildOnce(build("1"), around);
    assert.equal(await buildOnce(build("1"), around), folder);
    assert.equal(built, 1);
    await buildOnce(build("2"), around);
    assert.equal(built, 2);
    await assert.rejects(buildOnce(build("3", true), around), Missing);
    await buildOnce(build("3"), around);
    assert.equal(built, 4);
  }));

test("a build that takes minutes waits until somebody asks for it, and says how", () =>
  inCache(async (around) => {
    const build: Build = {
      name: "dear",
      dear: { minutes: 3, peer: "Dear" },
      run: async (folder) => writeFileSync(join(folder, "program"), "built"),
    };
    await assert.rejects(
      buildOnce(build, around),
      new Missing("not built yet (npm run interop -- --build --only Dear, some 3 min)"),
    );
    assert.ok(!existsSync(join(around.cacheFolder, "interop-dear")));
    const folder = await buildOnce(build, { ...around, buildsAll: true });
    assert.equal(readFileSync(join(folder, "program"), "utf8"), "built");
    assert.equal(await buildOnce(build, around), folder);
  }));

test("peers get the descriptors of the test services, those that they import first", () =>
  inCache(async ({ cacheFolder }) => {
    const file = join(cacheFolder, "test.binpb");
    writeTestDescriptors(file);
    const names = fromBinary(FileDescriptorSetSchema, readFileSync(file)).file.map(({ name }) => name);
    assert.deepEqual(names.toSorted(), protos);
    assert.equal(names.at(-1), "grpc/testing/test.proto");
  }));
