import type { FileDescriptorProto } from "@bufbuild/protobuf/wkt";
import { builtinTexts } from "./builtin/index.js";
import { describeFile } from "./describe-file.js";
import { DiagnosticList } from "./diagnostic.js";
import { IntPool } from "./int-pool.js";
import { lex } from "./lexer.js";
import { importDepthMax, sourceUnitsMax } from "./limits.js";
import { parseFile } from "./parse-file.js";
import { firstRawByte } from "./raw-bytes.js";
import type { SourceText } from "./source.js";
import { TokenList } from "./token.js";
import { errorAt, type FileUnit, type ImportEdge } from "./unit.js";
import { prebuiltUnit, wellKnownFiles } from "./well-known.js";

/** Gives the text of an import path. The compiler itself does no input or output. */
export interface SourceReader {
  /**
   * @returns undefined when there is no such file
   * @throws {Error} when there is one that cannot be read, which becomes an error where it is imported
   */
  read(path: string): { readonly text: string; readonly displayPath: string } | undefined;
  /**
   * The descriptor of a file that is there without its text. Asked for when `read` gave nothing.
   *
   * @throws {Error} as `read`
   */
  descriptor?(path: string): FileDescriptorProto | undefined;
  /** Where a path that gave nothing was looked for, and what to do about it: a sentence or more for people. */
  explainMissing?(path: string): string;
}

const rawBytesWarning =
  "The file is not UTF-8. Bytes that are not stay as they are in values of the type bytes, and in the comments that `build` writes;" +
  " elsewhere comments have U+FFFD for them. Save the file as UTF-8.";

/** A file whose imports are being loaded. */
interface Frame {
  readonly unit: FileUnit;
  /** The import that is next. */
  next: number;
}

/** Reads files and all that they import. */
export class Loader {
  readonly #reader: SourceReader;
  readonly #entries: ReadonlySet<string>;
  readonly #withSourceInfo: boolean;
  readonly #onLoaded: (unit: FileUnit) => boolean;
  readonly #units = new Map<string, FileUnit>();
  readonly #pool = new IntPool();
  /** What the reader threw, by path. */
  readonly #failures = new Map<string, string>();
  /** Being loaded: the chain of imports that led here. */
  readonly #chain: Frame[] = [];
  readonly #inChain = new Set<FileUnit>();

  /** @param onLoaded called for each file, imports before importers; returns false to load no more */
  constructor(
    reader: SourceReader,
    entries: readonly string[],
    withSourceInfo: boolean,
    onLoaded: (unit: FileUnit) => boolean,
  ) {
    this.#reader = reader;
    this.#entries = new Set(entries);
    this.#withSourceInfo = withSourceInfo;
    this.#onLoaded = onLoaded;
  }

  /** @returns undefined when there is no such file, or loading was ended */
  load(path: string): FileUnit | undefined {
    const known = this.#units.get(path);
    if (known !== undefined) return known;
    const unit = this.#begin(path);
    for (let frame = this.#chain.at(-1); frame !== undefined; frame = this.#chain.at(-1)) {
      const edge = frame.unit.imports[frame.next++];
      if (edge !== undefined) this.#import(frame.unit, edge);
      else if (!this.#end(frame.unit)) return undefined;
    }
    return unit;
  }

  #begin(path: string): FileUnit | undefined {
    const unit = this.#open(path);
    if (unit === undefined) return undefined;
    this.#units.set(path, unit);
    this.#chain.push({ unit, next: 0 });
    this.#inChain.add(unit);
    return unit;
  }

  #end(unit: FileUnit): boolean {
    this.#chain.pop();
    this.#inChain.delete(unit);
    const importer = this.#chain.at(-1)?.unit;
    if (importer !== undefined && unit.isIncomplete) importer.isIncomplete = true;
    return this.#onLoaded(unit);
  }

  /** Why a path gave no file: the end of a sentence, and those behind it. */
  problemOf(path: string): string {
    const failure = this.#failures.get(path);
    if (failure !== undefined) return `cannot be read: ${failure}.`;
    const explained = this.#reader.explainMissing?.(path) ?? "";
    return explained === "" ? "was not found." : `was not found. ${explained}`;
  }

  #import(unit: FileUnit, edge: ImportEdge): void {
    const known = this.#units.get(edge.path);
    if (known !== undefined && this.#inChain.has(known)) {
      const paths = this.#chain.map((frame) => frame.unit.source.path);
      const chain = [...paths.slice(paths.indexOf(edge.path)), edge.path].join(" -> ");
      errorAt(unit, edge.node, `File recursively imports itself: ${chain}`);
      unit.isIncomplete = true;
      return;
    }
    if (this.#chain.length >= importDepthMax) {
      errorAt(unit, edge.node, `Imports are nested more than ${importDepthMax} deep.`);
      unit.isIncomplete = true;
      return;
    }
    edge.unit = known ?? this.#begin(edge.path);
    if (edge.unit === undefined) errorAt(unit, edge.node?.path, `Import "${edge.path}" ${this.problemOf(edge.path)}`);
    if (edge.unit === undefined || edge.unit.isIncomplete) unit.isIncomplete = true;
  }

  /**
   * The well-known types are those of the runtime library, whatever copy lies in an include directory, unless that
   * copy is what is to be compiled. Other files that are built in give way to a file of the user.
   */
  #open(path: string): FileUnit | undefined {
    const wellKnown = this.#entries.has(path) ? undefined : wellKnownFiles.get(path);
    if (wellKnown !== undefined) return prebuiltUnit(wellKnown.proto);
    const found = this.#read(path);
    if (found !== undefined) return this.#parse({ path, displayPath: found.displayPath, text: found.text });
    const text = builtinTexts.get(path);
    if (text !== undefined) return this.#parse({ path, displayPath: `(built in) ${path}`, text });
    const late = wellKnownFiles.get(path)?.proto ?? this.#guarded(path, () => this.#reader.descriptor?.(path));
    return late === undefined ? undefined : prebuiltUnit(late);
  }

  #read(path: string): ReturnType<SourceReader["read"]> {
    return this.#guarded(path, () => this.#reader.read(path));
  }

  #guarded<T>(path: string, read: () => T): T | undefined {
    if (this.#failures.has(path)) return undefined;
    try {
      return read();
    } catch (error) {
      this.#failures.set(path, error instanceof Error ? error.message : String(error));
      return undefined;
    }
  }

  #parse(source: SourceText): FileUnit {
    const diagnostics = new DiagnosticList(source);
    if (source.text.length > sourceUnitsMax) {
      diagnostics.error(0, 0, `The file is longer than ${sourceUnitsMax} characters.`);
      const none = new TokenList("");
      none.push(0, 0, 0, 0, 0);
      const unit = describeFile(source, none, diagnostics, { elements: [] }, false);
      unit.isBroken = unit.isIncomplete = true;
      return unit;
    }
    const tokens = lex(source.text, diagnostics, this.#pool);
    const node = parseFile(tokens, diagnostics);
    const hasErrors = diagnostics.errorCount > 0;
    const raw = hasErrors ? -1 : firstRawByte(source.text);
    if (raw !== -1) diagnostics.warning(raw, raw + 1, rawBytesWarning);
    const unit = describeFile(source, tokens, diagnostics, node, this.#withSourceInfo && !hasErrors);
    unit.isBroken = unit.isIncomplete = hasErrors;
    return unit;
  }
}
