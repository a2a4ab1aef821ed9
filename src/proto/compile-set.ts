import { BackwardWriter } from "./backward-writer.js";
import { type CompileOptions, compileEach } from "./compile.js";
import type { Diagnostic } from "./diagnostic.js";
import { encodeFile } from "./encode-file.js";
import type { SourceReader } from "./load.js";

/** A file in a `FileDescriptorSet`. */
export interface EncodedFile {
  readonly name: string;
  /** A record of the set's field `file`; a set is such records one behind the other. */
  readonly record: Uint8Array;
}

/**
 * As `compile()`, with bytes for descriptors: what they are made of is let go file by file. The bytes are those of
 * `protoc --include_source_info --include_imports --retain_options`.
 */
export function compileToSet(
  files: readonly string[],
  reader: SourceReader,
  options: CompileOptions = {},
): { readonly files: EncodedFile[]; readonly diagnostics: Diagnostic[] } {
  const writer = new BackwardWriter();
  return compileEach(files, reader, options, (unit) => {
    encodeFile(unit, writer);
    return { name: unit.desc.name, record: writer.take() };
  });
}
