import type { DescFile, DescMessage } from "@bufbuild/protobuf";
import type { TypeCode } from "./type-code.js";

/**
 * What the functions in generated files take and may call. They work on the insides of this package, so that code of
 * another version is left alone: such a type is compiled or interpreted as if there was none.
 */
export const codeVersion = 3;

/**
 * The code of one message type in a generated file. What its functions take and give is between them and this package,
 * by the version of the file.
 */
export interface GenTypeCode {
  readonly make: (...args: never[]) => unknown;
  readonly encode: (...args: never[]) => unknown;
  readonly decode: (...args: never[]) => unknown;
}

/** The code in one generated file: by the name of a `.proto` file, by the full names of its message types. */
export interface GenCode {
  readonly version: number;
  readonly files: Readonly<Record<string, Readonly<Record<string, GenTypeCode>>>>;
}

/** Where a file's descriptor holds its code. There may be several copies of this package, which share descriptors. */
const place: unique symbol = Symbol.for("peregrine.code");

interface Holder {
  [place]?: ReadonlyMap<string, GenTypeCode>;
}

/**
 * Hands the code in a generated file to the descriptors that it is for: that of the file itself, and those of files that
 * it imports from packages, which come without code.
 */
export function attachCode<File extends DescFile>(file: File, code: GenCode): File {
  if (code.version === codeVersion) attach(file, code, new Set());
  return file;
}

function attach(file: DescFile, code: GenCode, seen: Set<DescFile>): void {
  if (seen.has(file)) return;
  seen.add(file);
  const { name } = file.proto;
  const types = Object.hasOwn(code.files, name) ? code.files[name] : undefined;
  if (types !== undefined) {
    const before = (file as Holder)[place] ?? [];
    const value = new Map([...before, ...Object.entries(types)]);
    // Nobody who goes over a descriptor is to see it.
    Object.defineProperty(file, place, { value, configurable: true });
  }
  for (const one of file.dependencies) attach(one, code, seen);
}

/** The code that came with a type's generated file, or undefined. */
export function codeAhead(schema: DescMessage): TypeCode | undefined {
  return (schema.file as Holder)[place]?.get(schema.typeName) as TypeCode | undefined;
}
