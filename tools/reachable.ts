import { type Declaration, type Module, parseModule } from "./declarations.js";

/** Reads the declaration file that `specifier` names in `from`; undefined when it belongs to another package. */
export type ReadModule = (specifier: string, from: string | undefined) => { path: string; text: string } | undefined;

/** The exported names of one entry, one a line, sorted. */
export interface Entry {
  readonly name: string;
  readonly lines: readonly string[];
}

export interface Api {
  readonly entries: readonly Entry[];
  /** The full text of all that can be reached from the exports, by name, sorted: `Channel` and `class Channel { ... }`. */
  readonly declarations: ReadonlyMap<string, string>;
}

/** A declaration of this package, or a name of another one. */
interface Target {
  readonly module: Module | undefined;
  readonly name: string;
  /** The other package. */
  readonly from?: string;
}

/**
 * The public API of declaration files: what each entry exports, and the declarations of all that a user can get at from there,
 * parameters, results and members included.
 *
 * @param entries files by the name of the entry
 */
export function apiOf(entries: ReadonlyMap<string, string>, read: ReadModule): Api {
  const reach = new Reach(read);
  const listed = [...entries].map(([name, file]) => ({ name, lines: reach.linesOf(reach.open(file, undefined)) }));
  return { entries: listed, declarations: reach.declarations() };
}

class Reach {
  readonly #read: ReadModule;
  readonly #modules = new Map<string, Module>();
  /** All that was reached, by `keyOf`. */
  readonly #reached = new Map<string, Target>();

  constructor(read: ReadModule) {
    this.#read = read;
  }

  open(specifier: string, from: string | undefined): Module {
    const module = this.#open(specifier, from);
    if (module === undefined) throw new Error(`no declaration file ${specifier}`);
    return module;
  }

  #open(specifier: string, from: string | undefined): Module | undefined {
    const file = this.#read(specifier, from);
    if (file === undefined) return undefined;
    const known = this.#modules.get(file.path);
    if (known !== undefined) return known;
    const module = parseModule(file.path, file.text);
    this.#modules.set(file.path, module);
    return module;
  }

  linesOf(module: Module, prefix = ""): string[] {
    const lines = new Set<string>();
    for (const name of module.exported.keys()) for (const line of this.#linesFor(module, name, prefix)) lines.add(line);
    for (const star of module.stars) {
      const target = this.#open(star, module.path);
      if (target === undefined) lines.add(`${prefix}* from ${star}`);
      else for (const line of this.linesOf(target, prefix)) lines.add(line);
    }
    return [...lines].sort();
  }

  #linesFor(module: Module, name: string, prefix: string): string[] {
    const target = this.#exportOf(module, name);
    if (target === undefined) throw new Error(`${module.path} exports ${name}, which it does not declare`);
    if (target.name === "*" && target.module !== undefined) {
      return [`${prefix}${name} namespace`, ...this.linesOf(target.module, `${prefix}${name}.`)];
    }
    this.#note(target);
    const what = target.module === undefined ? `from ${target.from}` : kindsOf(declarationsOf(target));
    return [`${prefix}${name} ${what}${target.name === name ? "" : ` (${target.name})`}`];
  }

  #exportOf(module: Module, exportedName: string): Target | undefined {
    const entry = module.exported.get(exportedName);
    if (entry !== undefined) {
      return entry.from === undefined
        ? this.#localOf(module, entry.name)
        : this.#sourceOf(module, entry.name, entry.from);
    }
    for (const star of module.stars) {
      const target = this.#open(star, module.path);
      const found = target === undefined ? undefined : this.#exportOf(target, exportedName);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** What a name means inside a module; undefined for a global and for a type parameter. */
  #localOf(module: Module, name: string): Target | undefined {
    if (module.declared.has(name)) return { module, name };
    const source = module.imported.get(name);
    return source === undefined ? undefined : this.#sourceOf(module, source.name, source.from);
  }

  #sourceOf(module: Module, name: string, from: string): Target | undefined {
    const target = this.#open(from, module.path);
    if (target === undefined) return { module: undefined, name, from };
    return name === "*" ? { module: target, name } : this.#exportOf(target, name);
  }

  #note(target: Target): void {
    // What a star of another file brings in is no declaration; its exports are reached by their own names.
    if (target.module !== undefined && target.name === "*") return;
    this.#reached.set(keyOf(target), target);
  }

  /** Goes from what was noted to all that it refers to, and writes it out. */
  declarations(): Map<string, string> {
    // A map hands out what is added to it while it is walked.
    for (const target of this.#reached.values()) {
      for (const found of this.#referencesOf(target)) if (!this.#reached.has(keyOf(found))) this.#note(found);
    }
    const ambiguous = this.#ambiguousNames();
    const titleOf = (target: Target): string => {
      if (!ambiguous.has(target.name)) return target.name;
      return `${target.name}@${target.module?.path.replace(/^dist\/src\/|\.d\.ts$/g, "") ?? target.from}`;
    };
    const texts = [...this.#reached.values()].map((target): [string, string] => [
      titleOf(target),
      this.#textOf(target, titleOf),
    ]);
    return new Map(texts.sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  #referencesOf({ module, name }: Target): Target[] {
    if (module === undefined) return [];
    const found: Target[] = [];
    for (const { pieces } of declarationsOf({ module, name })) {
      for (const piece of pieces) {
        const target = this.#resolve(module, piece.name, piece.from);
        if (target !== undefined) found.push(target);
      }
    }
    return found;
  }

  #resolve(module: Module, name: string | undefined, from: string | undefined): Target | undefined {
    if (name === undefined) return undefined;
    return from === undefined ? this.#localOf(module, name) : this.#sourceOf(module, name, from);
  }

  #ambiguousNames(): Set<string> {
    const seen = new Set<string>();
    const ambiguous = new Set<string>();
    for (const { name } of this.#reached.values()) (seen.has(name) ? ambiguous : seen).add(name);
    return ambiguous;
  }

  /** References are written by the title of what they mean, so that neither an alias nor a name used twice hides a change. */
  #textOf(target: Target, titleOf: (target: Target) => string): string {
    const { module } = target;
    if (module === undefined) return `from ${target.from}`;
    const write = (name: string | undefined, from: string | undefined, text: string): string => {
      const meant = this.#resolve(module, name, from);
      return meant === undefined || meant.name === "*" ? text : titleOf(meant);
    };
    return declarationsOf(target)
      .map(({ pieces }) => pieces.map((piece) => write(piece.name, piece.from, piece.text)).join(""))
      .join("\n");
  }
}

function declarationsOf({ module, name }: Target): readonly Declaration[] {
  return module?.declared.get(name) ?? [];
}

function kindsOf(declarations: readonly Declaration[]): string {
  return [...new Set(declarations.map(({ kind }) => kind))].join(" + ");
}

function keyOf({ module, name, from }: Target): string {
  return `${module?.path ?? from}#${name}`;
}
