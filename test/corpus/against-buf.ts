import { isDeepStrictEqual } from "node:util";
import { fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { registryOf } from "../../src/proto/registry.js";
import { byBuf, meaning } from "../proto/buf-oracle.js";

/** Where `buf` is known to be wrong, which `protoc` says too. */
const wrongByBuf: ReadonlyMap<string, string> = new Map([
  ["delimited.proto", "takes no notice of features in how it writes the values of options that the same file defines"],
]);

/** What `buf` understands in another way, one line for each file; comments and places are for `protoc` to judge. */
export function compareWithBuf(ours: Uint8Array, dir: string): string[] {
  const { file: files } = fromBinary(FileDescriptorSetSchema, ours);
  const registry = registryOf(files);
  const theirs = new Map(byBuf(dir).map((file) => [file.name, file]));
  const differences: string[] = [];
  for (const file of files) {
    const other = theirs.get(file.name);
    if (other === undefined) differences.push(`${file.name}: is not in the set of buf`);
    else if (!wrongByBuf.has(file.name) && !isDeepStrictEqual(meaning(file, registry), meaning(other, registry)))
      differences.push(`${file.name}: buf gives another meaning`);
  }
  return differences;
}
