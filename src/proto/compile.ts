import type { FileDescriptorProto } from "@bufbuild/protobuf/wkt";
import { setDefaults } from "./default-value.js";
import type { Diagnostic } from "./diagnostic.js";
import { OptionInterpreter } from "./interpret.js";
import { linkTypes } from "./link.js";
import { Loader, type SourceReader } from "./load.js";
import { Resolver } from "./resolve.js";
import { SymbolTable } from "./symbols.js";
import type { FileUnit } from "./unit.js";
import { validateFile, warnUnusedImports } from "./validate.js";
import { ExtensionValidator } from "./validate-extension.js";
import { prebuiltUnit, wellKnownFiles } from "./well-known.js";

export interface CompileOptions {
  /** Whether descriptors say where each part was written, and hold the comments. Default true. */
  readonly sourceInfo?: boolean;
}

export interface CompileResult {
  /**
   * Imports before importers, with the files that are built in where they are imported; empty when there is any error.
   * Descriptors of well-known types are shared: do not change them.
   */
  readonly files: FileDescriptorProto[];
  /** Errors and warnings of all files, by file in the order of {@link files}, then by place. */
  readonly diagnostics: Diagnostic[];
}

/**
 * Compiles `.proto` files into descriptors as `protoc --include_source_info --include_imports` does.
 * Does not throw for anything a file can hold.
 *
 * @param files import paths
 */
export function compile(files: readonly string[], reader: SourceReader, options: CompileOptions = {}): CompileResult {
  const loader = new Loader(reader, files, options.sourceInfo ?? true);
  const missing = files.filter((path) => loader.load(path) === undefined).map((path) => notFound(path, loader));
  const units = loader.ordered;
  linkAll(units);
  const diagnostics = [...missing, ...units.flatMap((unit) => unit.diagnostics.sorted())];
  const hasErrors = diagnostics.some((one) => one.severity === "error");
  return { files: hasErrors ? [] : units.map((unit) => unit.desc), diagnostics };
}

function linkAll(units: readonly FileUnit[]): void {
  const table = new SymbolTable();
  // After a syntax error, what a file defines is only half known: errors about that would mislead.
  const sound = units.filter((unit) => !unit.isBroken);
  for (const unit of sound) table.addFile(unit);
  const resolver = new Resolver(table, false);
  for (const unit of sound) linkTypes(unit, resolver);
  const interpreter = new OptionInterpreter(table, descriptorTypes(), new Resolver(table, true));
  const extensions = new ExtensionValidator(table);
  for (const unit of sound) {
    if (unit.isPrebuilt) continue;
    interpreter.interpretFile(unit);
    setDefaults(unit, table);
    validateFile(unit, table, extensions);
    if (!unit.isIncomplete && unit.diagnostics.errorCount === 0) warnUnusedImports(unit);
  }
}

function descriptorTypes(): SymbolTable {
  const table = new SymbolTable();
  const file = wellKnownFiles.get("google/protobuf/descriptor.proto");
  if (file !== undefined) table.addFile(prebuiltUnit(file.proto));
  return table;
}

function notFound(path: string, loader: Loader): Diagnostic {
  return { severity: "error", file: path, line: 1, column: 1, message: `File "${path}" ${loader.problemOf(path)}` };
}
