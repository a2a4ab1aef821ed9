import { fromBinary } from "@bufbuild/protobuf";
import { BinaryReader } from "@bufbuild/protobuf/wire";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";

/** The bytes of the files of a `FileDescriptorSet`, by their names, in its order. */
export function splitSet(set: Uint8Array): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  const reader = new BinaryReader(set);
  while (reader.pos < reader.len) {
    reader.tag();
    const bytes = reader.bytes();
    const inner = new BinaryReader(bytes);
    // The name is the first field, as the fields are written by their numbers.
    inner.tag();
    files.set(inner.string(), bytes);
  }
  return files;
}

/** What differs between two sets, one line for each file; also where their files come in another order. */
export function differencesOf(ours: Uint8Array, theirs: Uint8Array): string[] {
  const [mine, others] = [splitSet(ours), splitSet(theirs)];
  const differences: string[] = [];
  for (const [name, bytes] of others) {
    const own = mine.get(name);
    if (own === undefined) differences.push(`${name}: is not in our set`);
    else if (Buffer.compare(own, bytes) !== 0) differences.push(`${name}: ${firstDifference(own, bytes)}`);
  }
  for (const name of mine.keys()) if (!others.has(name)) differences.push(`${name}: is in our set only`);
  if (differences.length === 0 && [...mine.keys()].join() !== [...others.keys()].join())
    differences.push("the files are in another order");
  return differences;
}

function firstDifference(ours: Uint8Array, theirs: Uint8Array): string {
  const [mine, others] = [ours, theirs].map((bytes) => fromBinary(FileDescriptorProtoSchema, bytes));
  return pathOfDifference(mine, others, "") ?? "the same content in other bytes";
}

function pathOfDifference(ours: unknown, theirs: unknown, path: string): string | undefined {
  if (ours === theirs) return undefined;
  if (!isObject(ours) || !isObject(theirs)) return `${path}: ${textOf(ours)}, and theirs ${textOf(theirs)}`;
  for (const key of new Set([...Object.keys(ours), ...Object.keys(theirs)])) {
    const found = pathOfDifference(ours[key], theirs[key], `${path}.${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function textOf(value: unknown): string {
  return typeof value === "object" && value !== null ? "something" : (JSON.stringify(value) ?? String(value));
}
