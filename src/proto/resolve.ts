import { nearestName } from "./hint.js";
import { hintsMax } from "./limits.js";
import { parentOf } from "./names.js";
import type { ProtoSymbol, SymbolTable } from "./symbols.js";
import type { FileUnit, ImportEdge } from "./unit.js";

/** A name's meaning, or why it has none. */
export type Resolution = { readonly symbol: ProtoSymbol } | { readonly symbol: undefined; readonly problem: string };

interface View {
  readonly unit: FileUnit;
  readonly files: ReadonlySet<FileUnit>;
  /** The packages of these files, and those around them. */
  readonly packages: ReadonlySet<string>;
  /** What names mean, by the name and where it stands. */
  readonly known: Map<string, Resolution>;
}

/**
 * Looks names up by Protobuf's scoping: the first part of a name is searched from the innermost scope outwards, and
 * only files that are imported (or imported publicly by an import) are seen.
 */
export class Resolver {
  readonly #table: SymbolTable;
  readonly #forOptions: boolean;
  /** What the file at hand sees; files come one by one. */
  #view: View | undefined;
  #hintsLeft = hintsMax;

  /** @param forOptions sees what is imported for its options too */
  constructor(table: SymbolTable, forOptions: boolean) {
    this.#table = table;
    this.#forOptions = forOptions;
  }

  /**
   * @param scope full name of the element that names it; the search starts in the scope around that
   * @param typesOnly passes over what is no type
   */
  resolve(unit: FileUnit, name: string, scope: string, typesOnly: boolean): Resolution {
    // A file names few types, and names them again and again from the same places.
    const around = parentOf(scope);
    const known = this.#viewOf(unit).known;
    const key = `${typesOnly ? "" : "!"}${name} ${around}`;
    let found = known.get(key);
    if (found === undefined) {
      found = this.#search(unit, name, scope, typesOnly);
      if (found.symbol !== undefined) known.set(key, found);
    }
    return found;
  }

  #search(unit: FileUnit, name: string, scope: string, typesOnly: boolean): Resolution {
    if (name.startsWith(".")) {
      const symbol = this.#seen(unit, name.slice(1));
      return symbol === undefined ? this.#unknown(unit, name.slice(1), name) : this.#used(unit, symbol);
    }
    const dot = name.indexOf(".");
    const first = dot === -1 ? name : name.slice(0, dot);
    for (let around = scope; around !== ""; ) {
      around = parentOf(around);
      const prefix = around === "" ? "" : `${around}.`;
      // What is neither a type nor a scope is of no interest for types, and for what stands before a dot.
      const found = this.#seen(unit, prefix + first, dot === -1 && !typesOnly);
      if (found === undefined) continue;
      if (dot === -1) {
        if (!typesOnly || isType(found)) return this.#used(unit, found);
      } else if (isScope(found)) {
        const whole = this.#seen(unit, prefix + name);
        if (whole !== undefined) return this.#used(unit, whole);
        return this.#innerUnknown(unit, name, first, prefix);
      }
    }
    return this.#unknown(unit, name, name, scope);
  }

  /** The files whose names a file may use. */
  visibleTo(unit: FileUnit): ReadonlySet<FileUnit> {
    return this.#viewOf(unit).files;
  }

  #viewOf(unit: FileUnit): View {
    if (this.#view?.unit === unit) return this.#view;
    const files = new Set<FileUnit>([unit]);
    for (const edge of unit.imports) {
      if (edge.unit !== undefined && (this.#forOptions || !edge.isOption)) addPublic(edge.unit, files);
    }
    const packages = new Set<string>();
    for (const one of files)
      for (let name = one.desc.package; name !== "" && !packages.has(name); name = parentOf(name)) packages.add(name);
    this.#view = { unit, files, packages, known: new Map() };
    return this.#view;
  }

  /** A name that the file sees. */
  #seen(unit: FileUnit, fullName: string, withMembers = false): ProtoSymbol | undefined {
    const symbol = withMembers ? this.#table.getAny(fullName) : this.#table.get(fullName);
    if (symbol === undefined) return undefined;
    if (symbol.kind === "package") return this.#viewOf(unit).packages.has(fullName) ? symbol : undefined;
    return this.visibleTo(unit).has(symbol.unit) ? symbol : undefined;
  }

  #used(unit: FileUnit, symbol: ProtoSymbol): Resolution {
    markUsed(unit, symbol.unit);
    return { symbol };
  }

  /** The first part was found, the rest is not in it. */
  #innerUnknown(unit: FileUnit, name: string, first: string, prefix: string): Resolution {
    const hidden = this.#table.get(prefix + name);
    if (hidden !== undefined) return { symbol: undefined, problem: notImported(unit, hidden) };
    const outer = this.#outerMeaning(unit, name, prefix);
    if (outer !== undefined) {
      return {
        symbol: undefined,
        problem:
          `"${name}" is resolved to "${prefix}${name}", which is not defined: the innermost scope is searched first in name` +
          ` resolution, and "${first}" is found there. Write ".${outer}" to start from the outermost scope.`,
      };
    }
    return this.#unknown(unit, prefix + name, name);
  }

  #outerMeaning(unit: FileUnit, name: string, prefix: string): string | undefined {
    for (let around = prefix.slice(0, -1); around !== ""; ) {
      around = parentOf(around);
      const fullName = around === "" ? name : `${around}.${name}`;
      if (this.#seen(unit, fullName) !== undefined) return fullName;
    }
    return undefined;
  }

  #unknown(unit: FileUnit, fullName: string, written: string, scope = ""): Resolution {
    for (let around = scope; ; around = parentOf(around)) {
      const hidden = this.#table.get(around === "" ? fullName : `${around}.${fullName}`);
      if (hidden !== undefined && hidden.kind !== "package" && isType(hidden))
        return { symbol: undefined, problem: notImported(unit, hidden) };
      if (around === "") break;
    }
    return { symbol: undefined, problem: `"${written}" is not defined.${this.#hint(unit, written)}` };
  }

  #hint(unit: FileUnit, written: string): string {
    const known = wellKnownFile(written);
    if (known !== undefined) return ` It is in "${known}", which is not imported.`;
    if (this.#hintsLeft-- <= 0) return "";
    const visible = this.visibleTo(unit);
    const names: string[] = [];
    for (const name of this.#table.names()) {
      const symbol = this.#table.get(name);
      if (symbol !== undefined && isType(symbol) && visible.has(symbol.unit)) names.push(name);
    }
    const near = nearestName(written, names);
    return near === undefined ? "" : ` Did you mean "${near}"?`;
  }
}

/** Marks the imports that a file sees another through. */
export function markUsed(unit: FileUnit, used: FileUnit): void {
  if (unit === used) return;
  for (const edge of unit.imports) {
    if (edge.unit === undefined || edge.isUsed) continue;
    if (edge.unit === used || (edge.unit.imports.some(isPublic) && addPublic(edge.unit, new Set()).has(used)))
      edge.isUsed = true;
  }
}

function isPublic(edge: ImportEdge): boolean {
  return edge.isPublic;
}

/** A file, and all that it passes on. Without recursion: nothing bounds how many files pass each other on. */
function addPublic(unit: FileUnit, into: Set<FileUnit>): Set<FileUnit> {
  const open = [unit];
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    if (into.has(one)) continue;
    into.add(one);
    for (const edge of one.imports) if (edge.isPublic && edge.unit !== undefined) open.push(edge.unit);
  }
  return into;
}

function isType(symbol: ProtoSymbol): boolean {
  return symbol.kind === "message" || symbol.kind === "enum";
}

function isScope(symbol: ProtoSymbol): boolean {
  return isType(symbol) || symbol.kind === "package" || symbol.kind === "service";
}

function notImported(unit: FileUnit, symbol: ProtoSymbol): string {
  return (
    `"${symbol.fullName}" is defined in "${symbol.unit.source.path}", which is not imported by "${unit.source.path}".` +
    " To use it here, add the import."
  );
}

/** The file of a well-known type that is named in full. */
function wellKnownFile(name: string): string | undefined {
  const match = /^\.?google\.protobuf\.(\w+)$/.exec(name);
  if (match === null) return undefined;
  const type = match[1] as string;
  if (/^(Any|Duration|Empty|Timestamp)$/.test(type)) return `google/protobuf/${type.toLowerCase()}.proto`;
  if (type === "FieldMask") return "google/protobuf/field_mask.proto";
  if (/^(Struct|Value|ListValue|NullValue)$/.test(type)) return "google/protobuf/struct.proto";
  if (/^(Bool|Bytes|Double|Float|Int32|Int64|String|UInt32|UInt64)Value$/.test(type))
    return "google/protobuf/wrappers.proto";
  return undefined;
}
