import { create, createFileRegistry, type DescFile, type FileRegistry } from "@bufbuild/protobuf";
import { type FileDescriptorProto, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import {
  checkGenerateOptions,
  type GeneratedFile,
  type GenerateOptions,
  type ResolvedOptions,
  resolveOptions,
} from "./options.js";
import { packagedModule } from "./scope.js";
import { writeSources } from "./write-sources.js";

/**
 * Writes TypeScript, or JavaScript with declarations, for `.proto` files: types of messages and enums, and constants
 * that describe them and the services, as protobuf-es and its users know them. The same input gives the same text.
 *
 * @param files descriptors of all files, each behind those that it imports, or a registry of them
 * @param names import names of the files to write. What they import is written too, unless a package has it: the
 *   well-known types, `google/rpc/status.proto` and its neighbours, and what `mapImports` names
 * @throws {TypeError} for an option that is not known
 * @throws {Error} when a name is not among the files, or when a descriptor has names that are no identifiers
 */
export function generate(
  files: FileRegistry | readonly FileDescriptorProto[],
  names: readonly string[],
  options: GenerateOptions = {},
): GeneratedFile[] {
  checkGenerateOptions(options);
  const resolved = resolveOptions(options);
  const registry = "kind" in files ? files : createFileRegistry(create(FileDescriptorSetSchema, { file: [...files] }));
  return writeSources(selectFiles(registry, names, resolved), resolved);
}

/** The named files and those that they import, sorted by name. */
function selectFiles(registry: FileRegistry, names: readonly string[], options: ResolvedOptions): DescFile[] {
  const selected = new Set<DescFile>();
  const select = (file: DescFile): void => {
    if (selected.has(file)) return;
    selected.add(file);
    for (const one of file.dependencies) {
      const module = packagedModule(one.proto.name, options.runtime, options.mapImports);
      if (names.includes(one.proto.name) || module === undefined) select(one);
    }
  };
  for (const name of names) {
    const file = registry.getFile(name);
    if (file === undefined) throw new Error(`there is no file ${JSON.stringify(name)} among the descriptors`);
    select(file);
  }
  return [...selected].sort((a, b) => (a.proto.name < b.proto.name ? -1 : 1));
}
