import { isPunct, matchBrackets } from "./functions.js";
import { scan, type Token } from "./scan.js";

const declarationWords: ReadonlySet<string> = new Set("class interface type const let var function enum".split(" "));
const modifiers: ReadonlySet<string> = new Set("export declare default abstract".split(" "));
/** What ends before the name of a member of a class or an interface. */
const beforeMember: ReadonlySet<string> = new Set("{ ; readonly static get set abstract protected".split(" "));

/** A name in another declaration file; `*` stands for all that it exports. */
export interface Source {
  readonly name: string;
  readonly from: string;
}

/** One declaration as it is written, without comments and private members. */
export interface Declaration {
  /** `class`, `interface`, `type`, `const`, `let`, `function` or `enum`. */
  readonly kind: string;
  /** Pieces of its text. A piece with a name may be what a declaration or an import of the same file calls itself. */
  readonly pieces: readonly Piece[];
}

export interface Piece {
  readonly text: string;
  /** The name that the piece refers to, in the module `from` where that is written out: `import("./x.js").Name`. */
  readonly name?: string;
  readonly from?: string;
}

/** What one declaration file says: its own declarations, and what it takes from others. */
export interface Module {
  readonly path: string;
  /** By name; a name may stand for a value and a type, and for many overloads. */
  readonly declared: Map<string, Declaration[]>;
  /** Names that are exported, and the local name or the module and name that stand behind. */
  readonly exported: Map<string, { readonly name: string; readonly from?: string }>;
  /** Modules that are re-exported whole. */
  readonly stars: string[];
  readonly imported: Map<string, Source>;
}

/** By path: a file that is read again, and says the same, is not parsed again. */
const parsed = new Map<string, { readonly source: string; readonly module: Module }>();

export function parseModule(path: string, source: string): Module {
  const known = parsed.get(path);
  if (known?.source === source) return known.module;
  const module = new Parser(path, source).run();
  parsed.set(path, { source, module });
  return module;
}

class Parser {
  readonly #source: string;
  readonly #tokens: readonly Token[];
  readonly #partners: Int32Array;
  readonly #module: Module;

  constructor(path: string, source: string) {
    this.#source = source;
    this.#tokens = scan(source);
    this.#partners = matchBrackets(this.#tokens);
    this.#module = { path, declared: new Map(), exported: new Map(), stars: [], imported: new Map() };
  }

  run(): Module {
    for (let i = 0; i < this.#tokens.length; ) {
      const word = this.#word(i);
      if (word === "import") i = this.#import(i);
      else i = this.#statement(i);
    }
    return this.#module;
  }

  #word(at: number): string | undefined {
    const token = this.#tokens[at];
    return token?.kind === "word" ? token.text : undefined;
  }

  #import(at: number): number {
    const tokens = this.#tokens;
    const end = this.#semicolon(at);
    const from = tokens[end - 1]?.text ?? "";
    for (let i = at; i < end; i++) {
      if (isPunct(tokens[i], "*")) this.#module.imported.set(tokens[i + 2]!.text, { name: "*", from });
      if (!isPunct(tokens[i], "{")) continue;
      for (const [name, local] of parseNames(tokens.slice(i + 1, this.#partners[i]!)))
        this.#module.imported.set(local, { name, from });
    }
    return end + 1;
  }

  /** A declaration or an export; gives the index after it. */
  #statement(at: number): number {
    const isExported = this.#word(at) === "export";
    let i = at;
    while (modifiers.has(this.#word(i) ?? "")) i++;
    const kind = this.#word(i);
    if (kind !== undefined && declarationWords.has(kind) && this.#word(i + 1) !== undefined) {
      const name = this.#tokens[i + 1]!.text;
      if (isExported) this.#module.exported.set(name, { name });
      return this.#declare(kind, name, this.#word(i - 1) === "abstract" ? i - 1 : i, i);
    }
    if (isExported) this.#export(at + 1);
    return this.#semicolon(at) + 1;
  }

  #export(at: number): void {
    const tokens = this.#tokens;
    const i = this.#word(at) === "type" ? at + 1 : at;
    if (isPunct(tokens[i], "*")) {
      if (this.#word(i + 1) === "from") this.#module.stars.push(tokens[i + 2]!.text);
      else this.#module.exported.set(tokens[i + 2]!.text, { name: "*", from: tokens[i + 4]!.text });
    } else if (isPunct(tokens[i], "{")) {
      const end = this.#partners[i]!;
      const from = this.#word(end + 1) === "from" ? tokens[end + 2]!.text : undefined;
      for (const [name, exported] of parseNames(tokens.slice(i + 1, end))) {
        this.#module.exported.set(exported, from === undefined ? { name } : { name, from });
      }
    }
  }

  #declare(kind: string, name: string, first: number, at: number): number {
    const hasBody = kind === "class" || kind === "interface" || kind === "enum";
    const body = hasBody ? this.#body(at) : -1;
    const last = hasBody ? this.#partners[body]! : this.#semicolon(at);
    const hidden = kind === "class" ? this.#privateMembers(body) : new Set<number>();
    const known = this.#module.declared.get(name) ?? [];
    known.push({ kind, pieces: this.#pieces(first, last, hidden) });
    this.#module.declared.set(name, known);
    return last + 1;
  }

  /** The brace that opens the body of a class or an interface, behind those of its type arguments. */
  #body(at: number): number {
    let angles = 0;
    for (let i = at; ; i++) {
      const token = this.#tokens[i];
      if (token === undefined) throw new Error(`${this.#module.path}: a declaration has no body`);
      if (isPunct(token, "<")) angles++;
      else if (isPunct(token, ">")) angles--;
      else if (isPunct(token, "{")) {
        if (angles === 0) return i;
        i = this.#partners[i]!;
      }
    }
  }

  /** The index of the semicolon that ends what begins here, or of the end of the file. */
  #semicolon(at: number): number {
    let i = at;
    while (i < this.#tokens.length && !isPunct(this.#tokens[i], ";"))
      i = this.#partners[i]! > i ? this.#partners[i]! + 1 : i + 1;
    return i;
  }

  /**
   * The tokens of `private` members. The compiler writes them by name, without a type; no user can see them. `#private` stays,
   * since it is what makes two classes of the same members differ; so does a constructor, since it may not be called.
   */
  #privateMembers(body: number): Set<number> {
    const hidden = new Set<number>();
    for (let i = body + 1; i < this.#partners[body]!; ) {
      const end = this.#semicolon(i);
      let isPrivate = false;
      let isConstructor = false;
      for (let k = i; k < end && !isPunct(this.#tokens[k], "(") && !isPunct(this.#tokens[k], ":"); k++) {
        if (this.#word(k) === "private" && this.#word(k + 1) !== undefined) isPrivate = true;
        if (this.#word(k) === "constructor") isConstructor = true;
      }
      if (isPrivate && !isConstructor) for (let k = i; k <= end; k++) hidden.add(k);
      i = end + 1;
    }
    return hidden;
  }

  #pieces(first: number, last: number, hidden: ReadonlySet<number>): Piece[] {
    const tokens = this.#tokens;
    const pieces: Piece[] = [];
    let at = tokens[first]!.start;
    for (let i = first; i <= last && i < tokens.length; i++) {
      const token = tokens[i]!;
      if (hidden.has(i)) {
        at = token.end;
        continue;
      }
      pieces.push({ text: this.#gap(i, i === first) });
      const text = this.#source.slice(Math.max(at, token.start), token.end);
      pieces.push({ text, ...this.#reference(i) });
      at = Math.max(at, token.end);
    }
    return pieces.filter(({ text }) => text !== "");
  }

  /** The space before a token: none, a blank, or a new line with its indent. Comments are no more than space. */
  #gap(at: number, isFirst: boolean): string {
    const token = this.#tokens[at]!;
    const before = this.#tokens[at - 1];
    if (isFirst || before === undefined || before.end >= token.start) return "";
    if (before.line === token.line) return " ";
    const line = this.#source.slice(this.#source.lastIndexOf("\n", token.start - 1) + 1, token.start);
    return `\n${/^\s*/.exec(line)?.[0].replaceAll("    ", "  ") ?? ""}`;
  }

  /** What a word refers to, unless it is the name of a member, a parameter or a property. */
  #reference(at: number): { readonly name?: string; readonly from?: string } {
    const tokens = this.#tokens;
    const name = this.#word(at);
    if (name === undefined) return {};
    if (isPunct(tokens[at - 1], ".")) {
      const isImport = isPunct(tokens[at - 2], ")") && this.#word(at - 5) === "import";
      return isImport ? { name, from: tokens[at - 3]!.text } : {};
    }
    if (beforeMember.has(tokens[at - 1]?.text ?? "")) return {};
    const isOfList = isPunct(tokens[at - 1], "(") || isPunct(tokens[at - 1], ",");
    const isNamed = isPunct(tokens[at + 1], ":") || (isPunct(tokens[at + 1], "?") && isPunct(tokens[at + 2], ":"));
    return isOfList && isNamed ? {} : { name };
  }
}

/** `a, type b, c as d` as pairs of the name there and the name here. */
function parseNames(tokens: readonly Token[]): [string, string][] {
  const pairs: [string, string][] = [];
  let words: string[] = [];
  const flush = (): void => {
    if (words[0] === "type" && words.length > 1 && words[1] !== "as") words.shift();
    if (words.length > 0) pairs.push([words[0]!, words.at(-1)!]);
    words = [];
  };
  for (const token of tokens) {
    if (isPunct(token, ",")) flush();
    else words.push(token.text);
  }
  flush();
  return pairs;
}
