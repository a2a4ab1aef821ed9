import { isPunct, matchBrackets } from "./functions.js";
import { scan, type Token } from "./scan.js";

/** Reads the declaration file that `specifier` names in `from`; undefined when it belongs to another package. */
export type ReadModule = (specifier: string, from: string | undefined) => { path: string; text: string } | undefined;

const declarationWords: ReadonlySet<string> = new Set("class interface type const let var function enum".split(" "));
const modifiers: ReadonlySet<string> = new Set(
  "export declare default abstract readonly static async get set public protected override".split(" "),
);

/** What one declaration file says: its own declarations, and what it takes from others. */
interface Module {
  readonly path: string;
  /** By name: kind and members, for instance `class: close listen`. */
  readonly declared: Map<string, string>;
  /** Names that are exported, and the local name or the module and name that stand behind. */
  readonly exported: Map<string, { readonly name: string; readonly from?: string }>;
  /** Modules that are re-exported whole. */
  readonly stars: string[];
  readonly imported: Map<string, { readonly name: string; readonly from: string }>;
}

/** The exported names of a declaration file with their kinds and members, one a line, sorted. */
export function apiOf(entry: string, read: ReadModule): string[] {
  const api = new Api(read);
  const file = read(entry, undefined);
  if (file === undefined) throw new Error(`no declaration file ${entry}`);
  return api.linesOf(api.load(file.path, file.text));
}

class Api {
  readonly #read: ReadModule;
  readonly #modules = new Map<string, Module>();

  constructor(read: ReadModule) {
    this.#read = read;
  }

  load(path: string, text: string): Module {
    const known = this.#modules.get(path);
    if (known !== undefined) return known;
    const module = parseModule(path, scan(text));
    this.#modules.set(path, module);
    return module;
  }

  linesOf(module: Module): string[] {
    const lines = new Set<string>();
    for (const name of module.exported.keys()) lines.add(`${name} ${this.#describe(module, name)}`);
    for (const star of module.stars) {
      const target = this.#open(star, module.path);
      if (target === undefined) lines.add(`* from ${star}`);
      else for (const line of this.linesOf(target)) lines.add(line);
    }
    return [...lines].sort();
  }

  #describe(module: Module, exportedName: string): string {
    const entry = module.exported.get(exportedName)!;
    const source = entry.from === undefined ? module.imported.get(entry.name) : { name: entry.name, from: entry.from };
    if (source === undefined) return module.declared.get(entry.name) ?? "unknown";
    const target = this.#open(source.from, module.path);
    if (target === undefined) return `from ${source.from}`;
    if (source.name === "*") return `namespace of ${source.from}`;
    return this.#find(target, source.name) ?? "unknown";
  }

  #find(module: Module, name: string): string | undefined {
    if (module.exported.has(name)) return this.#describe(module, name);
    for (const star of module.stars) {
      const target = this.#open(star, module.path);
      const found = target === undefined ? `from ${star}` : this.#find(target, name);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #open(specifier: string, from: string): Module | undefined {
    const file = this.#read(specifier, from);
    return file === undefined ? undefined : this.load(file.path, file.text);
  }
}

function parseModule(path: string, tokens: readonly Token[]): Module {
  const module: Module = { path, declared: new Map(), exported: new Map(), stars: [], imported: new Map() };
  const partners = matchBrackets(tokens);
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    if (token.kind === "word" && token.text === "import") i = parseImport(module, tokens, partners, i);
    else if (token.kind === "word" && token.text === "export") parseExport(module, tokens, partners, i);
    else if (token.kind === "word" && declarationWords.has(token.text)) declare(module, tokens, partners, i);
    else if (token.kind === "punct" && token.text === "{" && partners[i]! > i) i = partners[i]!;
  }
  return module;
}

function parseImport(module: Module, tokens: readonly Token[], partners: Int32Array, at: number): number {
  let end = at;
  while (end < tokens.length && !isPunct(tokens[end], ";")) end++;
  const from = tokens[end - 1]?.text ?? "";
  for (let i = at; i < end; i++) {
    if (isPunct(tokens[i], "*") && tokens[i + 1]?.text === "as")
      module.imported.set(tokens[i + 2]!.text, { name: "*", from });
    if (!isPunct(tokens[i], "{")) continue;
    for (const [name, local] of parseNames(tokens.slice(i + 1, partners[i]!)))
      module.imported.set(local, { name, from });
  }
  return end;
}

function parseExport(module: Module, tokens: readonly Token[], partners: Int32Array, at: number): void {
  let i = at + 1;
  if (tokens[i]?.text === "type" && (isPunct(tokens[i + 1], "{") || isPunct(tokens[i + 1], "*"))) i++;
  if (isPunct(tokens[i], "*")) {
    if (tokens[i + 1]?.text === "from") module.stars.push(tokens[i + 2]!.text);
    else module.exported.set(tokens[i + 2]!.text, { name: "*", from: tokens[i + 4]!.text });
  } else if (isPunct(tokens[i], "{")) {
    const end = partners[i]!;
    const from = tokens[end + 1]?.text === "from" ? tokens[end + 2]!.text : undefined;
    for (const [name, exported] of parseNames(tokens.slice(i + 1, end))) {
      module.exported.set(exported, from === undefined ? { name } : { name, from });
    }
  } else {
    while (modifiers.has(tokens[i]?.text ?? "")) i++;
    const name = nameAfter(tokens, i);
    if (name !== undefined) module.exported.set(name, { name });
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

function nameAfter(tokens: readonly Token[], at: number): string | undefined {
  const isDeclaration = declarationWords.has(tokens[at]?.text ?? "");
  return isDeclaration && tokens[at + 1]?.kind === "word" ? tokens[at + 1]!.text : undefined;
}

/** Records the declaration whose keyword is at `at`; a name declared twice (a value and a type) has both kinds. */
function declare(module: Module, tokens: readonly Token[], partners: Int32Array, at: number): void {
  const kind = tokens[at]!.text;
  const name = nameAfter(tokens, at);
  if (name === undefined) return;
  const members = kind === "class" || kind === "interface" ? membersOf(tokens, partners, at) : [];
  const text = members.length > 0 ? `${kind}: ${members.join(" ")}` : kind;
  const before = module.declared.get(name);
  if (before === undefined) module.declared.set(name, text);
  else if (!before.split(" + ").includes(text)) module.declared.set(name, `${before} + ${text}`);
}

function membersOf(tokens: readonly Token[], partners: Int32Array, at: number): string[] {
  let open = at;
  while (open < tokens.length && !isPunct(tokens[open], "{")) open++;
  const end = partners[open] ?? -1;
  const members = new Set<string>();
  for (let i = open + 1; i < end; i++) {
    const [name, next] = memberAt(tokens, partners, i, end);
    if (name !== undefined) members.add(name);
    i = next;
  }
  return [...members].sort();
}

/** The public member that starts at `at`, undefined for a private one, and the index of the `;` that ends it. */
function memberAt(
  tokens: readonly Token[],
  partners: Int32Array,
  at: number,
  end: number,
): [string | undefined, number] {
  let i = at;
  let isPrivate = false;
  while (
    i < end &&
    (modifiers.has(tokens[i]!.text) || tokens[i]!.text === "private") &&
    !"(:?;<".includes(tokens[i + 1]!.text)
  ) {
    if (tokens[i]!.text === "private") isPrivate = true;
    i++;
  }
  const first = tokens[i]!;
  let name = first.text;
  if (isPunct(first, "["))
    name = `[${tokens
      .slice(i + 1, partners[i]!)
      .map((token) => token.text)
      .join("")}]`;
  if (first.kind === "word" && name.startsWith("#")) isPrivate = true;
  if (isPunct(tokens[i + 1], "?")) name += "?";
  while (i < end && !isPunct(tokens[i], ";")) i = partners[i]! > i ? partners[i]! + 1 : i + 1;
  return [isPrivate ? undefined : name, i];
}
