import type { FileDescriptorProto } from "@bufbuild/protobuf/wkt";
import { checkBoolean, checkOptions, type OptionChecks } from "../base/check-option.js";
import { setDefaults } from "./default-value.js";
import type { Diagnostic } from "./diagnostic.js";
import { OptionInterpreter } from "./interpret.js";
import { linkTypes } from "./link.js";
import { Loader, type SourceReader } from "./load.js";
import { Resolver } from "./resolve.js";
import { SymbolTable } from "./symbols.js";
import { type FileUnit, release } from "./unit.js";
import { validateFile, warnUnusedImports } from "./validate.js";
import { ExtensionValidator } from "./validate-extension.js";
import { prebuiltUnit, wellKnownFiles } from "./well-known.js";

/** Options of `compile`. */
export interface CompileOptions {
  /** Whether descriptors say where each part was written, and hold the comments. Default true. */
  readonly sourceInfo?: boolean | undefined;
}

const checks: OptionChecks<CompileOptions> = { sourceInfo: checkBoolean };

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
 * Does not throw for anything a file can hold. Where there are errors, files are asked for twice.
 *
 * @param files import paths
 */
export function compile(files: readonly string[], reader: SourceReader, options: CompileOptions = {}): CompileResult {
  checkOptions("options of compile()", options, checks);
  return compileEach(files, reader, options, (unit) => {
    if (unit.info !== undefined) unit.desc.sourceCodeInfo = unit.info.toMessage();
    return unit.desc;
  });
}

/** As {@link compile}, with what is kept of each file when it is whole. The file may not be kept itself. */
export function compileEach<T>(
  files: readonly string[],
  reader: SourceReader,
  { sourceInfo = true }: CompileOptions,
  keep: (unit: FileUnit) => T,
): { readonly files: T[]; readonly diagnostics: Diagnostic[] } {
  return compileInOrder(files, reader, sourceInfo, keep) ?? compileTogether(files, reader, sourceInfo, keep);
}

/**
 * Each file as soon as its imports are done, so that little more than descriptors is ever held.
 *
 * @returns undefined at the first error
 */
function compileInOrder<T>(
  files: readonly string[],
  reader: SourceReader,
  sourceInfo: boolean,
  keep: (unit: FileUnit) => T,
): { readonly files: T[]; readonly diagnostics: Diagnostic[] } | undefined {
  const linker = new Linker(true);
  const [kept, diagnostics]: [T[], Diagnostic[]] = [[], []];
  const loader = new Loader(reader, files, sourceInfo, (unit) => {
    if (unit.isIncomplete) return false;
    linker.add(unit);
    linker.link(unit);
    if (unit.diagnostics.errorCount > 0) return false;
    diagnostics.push(...unit.diagnostics.sorted());
    kept.push(keep(unit));
    release(unit);
    return true;
  });
  for (const path of files) if (loader.load(path) === undefined) return undefined;
  return { files: kept, diagnostics };
}

/**
 * All that is wrong. All files are read before names are looked up: hints are about names of all of them. So nothing may be wrong
 * after all: a `descriptor.proto` among the files is what options of all of them are of, wherever it stands.
 */
function compileTogether<T>(
  files: readonly string[],
  reader: SourceReader,
  sourceInfo: boolean,
  keep: (unit: FileUnit) => T,
): { readonly files: T[]; readonly diagnostics: Diagnostic[] } {
  const units: FileUnit[] = [];
  const loader = new Loader(reader, files, sourceInfo, (unit) => units.push(unit) > 0);
  const missing = files.filter((path) => loader.load(path) === undefined).map((path) => notFound(path, loader));
  const linker = new Linker(false);
  // After a syntax error, what a file defines is only half known: errors about that would mislead.
  const sound = units.filter((unit) => !unit.isBroken);
  for (const unit of sound) linker.add(unit);
  for (const unit of sound) linker.linkTypes(unit);
  for (const unit of sound) linker.finish(unit);
  const diagnostics = [...missing, ...units.flatMap((unit) => unit.diagnostics.sorted())];
  const hasErrors = diagnostics.some(({ severity }) => severity === "error");
  return { files: hasErrors ? [] : units.map(keep), diagnostics };
}

/** Gives the names of files their meaning. */
class Linker {
  readonly #table: SymbolTable;
  readonly #resolver: Resolver;
  readonly #interpreter: OptionInterpreter;
  readonly #extensions: ExtensionValidator;

  constructor(isLean: boolean) {
    const table = new SymbolTable(isLean);
    this.#table = table;
    this.#resolver = new Resolver(table, false);
    this.#interpreter = new OptionInterpreter(table, descriptorTypes(), new Resolver(table, true));
    this.#extensions = new ExtensionValidator(table);
  }

  /** What a file defines can be found from here on. */
  add(unit: FileUnit): void {
    this.#table.addFile(unit);
  }

  link(unit: FileUnit): void {
    this.linkTypes(unit);
    this.finish(unit);
  }

  linkTypes(unit: FileUnit): void {
    linkTypes(unit, this.#resolver);
  }

  /** When the types of the file, and of all that it imports, are linked. */
  finish(unit: FileUnit): void {
    if (unit.isPrebuilt) return;
    this.#interpreter.interpretFile(unit);
    setDefaults(unit, this.#table);
    validateFile(unit, this.#table, this.#extensions);
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
