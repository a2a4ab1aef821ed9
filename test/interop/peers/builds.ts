import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { compile, descriptorSetOf, fileReader } from "peregrine/proto";
import { toBinary } from "peregrine/protobuf";
import { FileDescriptorSetSchema } from "peregrine/protobuf/wkt";
import { root } from "../../../tools/files.js";
import { hashContents } from "../../../tools/stamp.js";
import { testFolder } from "./folders.js";
import { Missing, type Surroundings } from "./peer.js";

const protoFolder = join(testFolder, "protos");
const protos = ["empty", "messages", "test"].map((name) => `test/protos/grpc/testing/${name}.proto`);

export interface Build {
  /** Of the peer; its sources are in `test/interop/peers/NAME`. */
  readonly name: string;
  /** Whatever else the outcome depends on: versions that are not in the sources. */
  readonly versions?: string;
  /** For a build that takes minutes, and is only made when it is asked for: about how many on two cores, for which peer. */
  readonly dear?: { readonly minutes: number; readonly peer: string };
  /** Makes in a folder of the cache, to which the sources were copied, what the peer needs. */
  run(folder: string): Promise<void>;
}

/**
 * Builds a peer into the cache, unless nothing has changed since that last succeeded. Gives the folder.
 *
 * @throws {Missing} when it takes minutes and nobody asked for it, or a step of it fails
 */
export async function buildOnce({ name, versions = "", dear, run }: Build, around: Surroundings): Promise<string> {
  const folder = join(around.cacheFolder, `interop-${name}`);
  const stamp = join(folder, "stamp");
  const sources = sourcesOf(name);
  const value = `${versions} ${hashContents([...protos, ...sources])}`;
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === value) return folder;
  if (dear !== undefined && !around.buildsAll) {
    throw new Missing(`not built yet (npm run interop -- --build --only ${dear.peer}, some ${dear.minutes} min)`);
  }
  mkdirSync(folder, { recursive: true });
  for (const path of sources) {
    const copy = join(folder, relative(`test/interop/peers/${name}`, path));
    mkdirSync(dirname(copy), { recursive: true });
    copyFileSync(join(root, path), copy);
  }
  await run(folder);
  writeFileSync(stamp, value);
  return folder;
}

/** As paths from the root. */
function sourcesOf(name: string): string[] {
  const folder = join(testFolder, "interop/peers", name);
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort();
}

/** The test services compiled by ourselves, as `protoc --descriptor_set_out` writes: no peer needs a `protoc`. */
export function writeTestDescriptors(path: string): void {
  const { files, diagnostics } = compile(["grpc/testing/test.proto"], fileReader([protoFolder]));
  if (files.length === 0) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  writeFileSync(path, toBinary(FileDescriptorSetSchema, descriptorSetOf(files)));
}
