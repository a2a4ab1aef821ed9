import { create, createFileRegistry, type DescFile, type FileRegistry } from "@bufbuild/protobuf";
import { assertValidNames } from "@bufbuild/protobuf/codegenv2";
import { nestedTypes } from "@bufbuild/protobuf/reflect";
import { type FileDescriptorProto, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { generatedPath, relativeSpecifier } from "./import-path.js";
import { type GeneratedFile, type GenerateOptions, type ResolvedOptions, resolveOptions } from "./options.js";
import { preamble } from "./preamble.js";
import { printFileDesc } from "./print-desc.js";
import { printEnum } from "./print-enum.js";
import { printExtension } from "./print-extension.js";
import { printMessage } from "./print-message.js";
import { printService } from "./print-service.js";
import { packagedModule, Scope } from "./scope.js";
import { SourceFile } from "./source-file.js";

/**
 * Writes TypeScript for `.proto` files: types of messages and enums, and constants that describe them and the services,
 * as protobuf-es and its users know them. The same input gives the same text.
 *
 * @param files descriptors of all files, each behind those that it imports, or a registry of them
 * @param names import names of the files to write. What they import is written too, unless a package has it: the
 *   well-known types, and `google/rpc/status.proto` and its neighbours
 * @throws {Error} when a name is not among the files, or when a descriptor has names that are no identifiers
 */
export function generate(
  files: FileRegistry | readonly FileDescriptorProto[],
  names: readonly string[],
  options: GenerateOptions = {},
): GeneratedFile[] {
  const resolved = resolveOptions(options);
  const registry = "kind" in files ? files : createFileRegistry(create(FileDescriptorSetSchema, { file: [...files] }));
  const selected = selectFiles(registry, names, resolved);
  const scope = new Scope(resolved.runtime, new Set(selected.map((file) => file.proto.name)));
  return selected.map((file) => ({
    path: generatedPath(file.proto.name),
    source: file.proto.name,
    text: fileText(file, scope, resolved),
  }));
}

/** The named files and those that they import, sorted by name. */
function selectFiles(registry: FileRegistry, names: readonly string[], options: ResolvedOptions): DescFile[] {
  const selected = new Set<DescFile>();
  const select = (file: DescFile): void => {
    if (selected.has(file)) return;
    selected.add(file);
    for (const one of file.dependencies) {
      if (names.includes(one.proto.name) || packagedModule(one.proto.name, options.runtime) === undefined) select(one);
    }
  };
  for (const name of names) {
    const file = registry.getFile(name);
    if (file === undefined) throw new Error(`there is no file ${JSON.stringify(name)} among the descriptors`);
    select(file);
  }
  const sorted = [...selected].sort((a, b) => (a.proto.name < b.proto.name ? -1 : 1));
  for (const file of sorted) checkFile(file);
  return sorted;
}

/** Names become identifiers and paths: descriptors that did not come from a compiler may have any. */
function checkFile(file: DescFile): void {
  const { name } = file.proto;
  const outside = name.startsWith("/") || /^[A-Za-z]:/.test(name) || name.includes("\\");
  if (outside || name.split("/").some((part) => part === "" || part === "." || part === "..")) {
    throw new Error(`the file name ${JSON.stringify(name)} is not a plain relative path`);
  }
  if (!/^([A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*)?$/.test(file.proto.package)) {
    throw new Error(`${name}: invalid package name ${JSON.stringify(file.proto.package)}`);
  }
  assertValidNames(file.proto);
}

function fileText(file: DescFile, scope: Scope, options: ResolvedOptions): string {
  const path = generatedPath(file.proto.name);
  const out = new SourceFile(path);
  printFileDesc(out, file, scope);
  for (const desc of nestedTypes(file)) {
    switch (desc.kind) {
      case "message":
        printMessage(out, desc, scope);
        break;
      case "enum":
        printEnum(out, desc, scope, options.erasableSyntax);
        break;
      case "extension":
        printExtension(out, desc, scope);
        break;
      case "service":
        printService(out, desc, scope);
        break;
    }
  }
  const specifier = (from: string): string =>
    from.endsWith("_pb.ts") ? relativeSpecifier(path, from, options.importExtension) : from;
  return preamble(file, options) + out.toText(specifier);
}
