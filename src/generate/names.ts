import type { DescEnum, DescExtension, DescFile, DescMessage, DescService } from "@bufbuild/protobuf";
import { nestedTypes } from "@bufbuild/protobuf/reflect";
import { reservedWords } from "./reserved-words-table.js";

/** What gets a constant that describes it. */
export type NamedDesc = DescFile | DescMessage | DescEnum | DescExtension | DescService;

/** The names that a file exports. */
export interface FileNames {
  /** Types of messages and enums: `HelloRequest`. */
  readonly shapes: ReadonlyMap<DescMessage | DescEnum, string>;
  /** Constants that describe: `file_hello`, `HelloRequestSchema`, `HelloService`. */
  readonly descs: ReadonlyMap<NamedDesc, string>;
  /** Types of the JSON form of messages and enums: `HelloRequestJson`. */
  readonly jsonTypes: ReadonlyMap<DescMessage | DescEnum, string>;
  /** Types of valid messages: `HelloRequestValid`. Enums keep such a name too, so that all have those of protoc-gen-es. */
  readonly validTypes: ReadonlyMap<DescMessage | DescEnum, string>;
}

/**
 * Gives each thing in a file a name that is free, in the order and by the rules of protoc-gen-es: types first, so that
 * they have the plain names; a name that is taken gets `$`, then `$1`, `$2`.
 */
export function fileNames(file: DescFile): FileNames {
  const taken = new Set<string>();
  const shapes = new Map<DescMessage | DescEnum, string>();
  const types = [...nestedTypes(file)];
  for (const desc of types) {
    if (desc.kind === "message" || desc.kind === "enum") shapes.set(desc, free(taken, baseName(desc)));
  }
  const descs = new Map<NamedDesc, string>();
  descs.set(file, free(taken, `file_${file.name.replace(/[^a-zA-Z0-9_]+/g, "_")}`));
  for (const desc of types) {
    const suffix = desc.kind === "message" || desc.kind === "enum" ? "Schema" : "";
    descs.set(desc, free(taken, baseName(desc) + suffix));
  }
  const named = types.filter((desc) => desc.kind === "message" || desc.kind === "enum");
  const jsonTypes = new Map(named.map((desc) => [desc, free(taken, `${baseName(desc)}Json`)]));
  const validTypes = new Map(named.map((desc) => [desc, free(taken, `${baseName(desc)}Valid`)]));
  return { shapes, descs, jsonTypes, validTypes };
}

/** The name without its package, levels joined by `_`: `Outer_Inner`. */
function baseName(desc: DescMessage | DescEnum | DescExtension | DescService): string {
  const packageName = desc.file.proto.package;
  const start = packageName === "" ? 0 : packageName.length + 1;
  return desc.typeName.slice(start).replaceAll(".", "_");
}

function free(taken: Set<string>, ideal: string): string {
  let name = safeIdentifier(ideal);
  for (let i = 0; taken.has(name); i++) name = safeIdentifier(ideal + (i === 0 ? "$" : `$${i}`));
  taken.add(name);
  return name;
}

/** A reserved word gets a `$` at its end. */
export function safeIdentifier(name: string): string {
  return reservedWords.has(name) ? `${name}$` : name;
}
