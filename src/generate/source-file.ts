/** A name that another module exports, or this file itself. */
export interface ImportedName {
  readonly kind: "import";
  readonly name: string;
  /** A package (`peregrine/gen`), or the path of a generated file, in the form of `SourceFile`'s own path. */
  readonly from: string;
  /** True where only a type is meant. One use as a value makes the import one of a value. */
  readonly typeOnly: boolean;
}

/** A name that this file exports. */
export interface ExportedName {
  readonly kind: "export";
  readonly name: string;
}

/** A piece of source text; names stay symbolic until all are known, since a clash changes the import. */
export type Part = string | ImportedName | ExportedName | readonly Part[];

export function importedName(name: string, from: string, typeOnly: boolean): ImportedName {
  return { kind: "import", name, from, typeOnly };
}

export function exportedName(name: string): ExportedName {
  return { kind: "export", name };
}

interface ImportStatement {
  readonly types: Map<string, string>;
  readonly values: Map<string, string>;
}

/** Collects the source text of one file and writes the imports that it turns out to need. */
export class SourceFile {
  readonly #path: string;
  readonly #parts: (string | ImportedName | ExportedName)[] = [];

  /** @param path of this file; an imported name from here is written as it is */
  constructor(path: string) {
    this.#path = path;
  }

  /** Adds a line. */
  print(...parts: readonly Part[]): void {
    for (const part of parts) this.#add(part);
    this.#parts.push("\n");
  }

  #add(part: Part): void {
    if (typeof part === "string" || "kind" in part) this.#parts.push(part);
    else for (const one of part) this.#add(one);
  }

  /**
   * The imports and, behind them, all that was printed.
   *
   * @param specifier gives the text of an import for the `from` of a name
   */
  toText(specifier: (from: string) => string): string {
    const local = this.#localNames();
    return this.#withImports(local, (statement, from) => statementText(statement, specifier(from)));
  }

  /** As `toText`, for a file of JavaScript that `require` loads in a CommonJS package. */
  toCommonJs(specifier: (from: string) => string): string {
    const local = this.#localNames();
    const text = this.#withImports(local, ({ values }, from) =>
      values.size === 0 ? "" : `const ${bindingsText(values, ": ")} = require(${JSON.stringify(specifier(from))});\n`,
    );
    const names = this.#parts.flatMap((part) =>
      typeof part !== "string" && part.kind === "export" ? [part.name] : [],
    );
    return `${commonJsHead}${text}\n${names.map((name) => `exports.${name} = ${name};\n`).join("")}`;
  }

  #withImports(
    local: ReadonlyMap<string, string>,
    importText: (statement: ImportStatement, from: string) => string,
  ): string {
    const head = [...this.#importStatements(local)].map(([from, one]) => importText(one, from)).join("");
    const body = this.#parts.map((part) => (typeof part === "string" ? part : this.#nameText(part, local))).join("");
    return head === "" ? body : `${head}\n${body}`;
  }

  /** What each name is called here, by `from` and name; foreign names make way for our own. */
  #localNames(): Map<string, string> {
    const taken = new Set<string>();
    for (const part of this.#parts) {
      if (typeof part !== "string" && (part.kind === "export" || part.from === this.#path)) taken.add(part.name);
    }
    const local = new Map<string, string>();
    for (const part of this.#parts) {
      if (typeof part === "string" || part.kind === "export" || part.from === this.#path) continue;
      if (local.has(keyOf(part))) continue;
      let name = part.name;
      for (let i = 1; taken.has(name); i++) name = `${part.name}$${i}`;
      taken.add(name);
      local.set(keyOf(part), name);
    }
    return local;
  }

  #importStatements(local: ReadonlyMap<string, string>): Map<string, ImportStatement> {
    const statements = new Map<string, ImportStatement>();
    for (const part of this.#parts) {
      if (typeof part === "string" || part.kind === "export" || part.from === this.#path) continue;
      const statement = statements.get(part.from) ?? { types: new Map(), values: new Map() };
      statements.set(part.from, statement);
      if (!part.typeOnly) {
        statement.types.delete(part.name);
        statement.values.set(part.name, local.get(keyOf(part)) as string);
      } else if (!statement.values.has(part.name)) {
        statement.types.set(part.name, local.get(keyOf(part)) as string);
      }
    }
    return statements;
  }

  #nameText(part: ImportedName | ExportedName, local: ReadonlyMap<string, string>): string {
    return part.kind === "export" ? part.name : (local.get(keyOf(part)) ?? part.name);
  }
}

function keyOf(name: ImportedName): string {
  return `${name.from} ${name.name}`;
}

/** Tells bundlers and compilers that the exports stand for those of an ECMAScript module. */
const commonJsHead = '"use strict";\nObject.defineProperty(exports, "__esModule", { value: true });\n\n';

function statementText(statement: ImportStatement, specifier: string): string {
  const from = `from ${JSON.stringify(specifier)};\n`;
  const types = statement.types.size > 0 ? `import type ${bindingsText(statement.types, " as ")} ${from}` : "";
  const values = statement.values.size > 0 ? `import ${bindingsText(statement.values, " as ")} ${from}` : "";
  return types + values;
}

const collator = new Intl.Collator("en");

function bindingsText(names: ReadonlyMap<string, string>, rename: " as " | ": "): string {
  const sorted = [...names].sort(([a], [b]) => collator.compare(a, b));
  return `{ ${sorted.map(([name, local]) => (name === local ? name : `${name}${rename}${local}`)).join(", ")} }`;
}
