/** A JSON value that knows where it stands in its text: offsets, the end behind the last character. */
export type JsonNode = { readonly start: number; readonly end: number } & (
  | { readonly kind: "object"; readonly members: readonly JsonMember[] }
  | { readonly kind: "array"; readonly items: readonly JsonNode[] }
  | { readonly kind: "scalar" }
);

export interface JsonMember {
  readonly key: string;
  readonly keyStart: number;
  readonly value: JsonNode;
}

/** The text is no JSON. */
export class JsonSyntaxError extends Error {
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }

  override get name(): string {
    return "JsonSyntaxError";
  }
}

const depthMax = 200;
const string = /"(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/uy;
const scalar = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

/**
 * Reads one JSON value (RFC 8259), for messages that say where a mistake is. `JSON.parse` says it in other words in each
 * version of Node, or not at all.
 *
 * @throws {JsonSyntaxError}
 */
export function parseJsonTree(text: string): JsonNode {
  return new TreeParser(text).parse();
}

class TreeParser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  parse(): JsonNode {
    const node = this.#value(0);
    this.#skipBlanks();
    if (this.#at < this.#text.length) this.#fail("nothing more was expected");
    return node;
  }

  #value(depth: number): JsonNode {
    this.#skipBlanks();
    if (depth > depthMax) this.#fail(`more than ${depthMax} brackets are open`);
    const start = this.#at;
    const char = this.#text[start];
    if (char === "{") return this.#object(start, depth);
    if (char === "[") return this.#array(start, depth);
    if (char === '"') {
      this.#string();
    } else if (this.#match(scalar) === undefined) {
      this.#fail("a value was expected");
    }
    return { kind: "scalar", start, end: this.#at };
  }

  #object(start: number, depth: number): JsonNode {
    const members: JsonMember[] = [];
    this.#at++;
    if (!this.#accept("}")) {
      do {
        this.#skipBlanks();
        const keyStart = this.#at;
        if (this.#text[keyStart] !== '"') this.#fail('a name in double quotes was expected, as in {"name": 1}');
        const key = this.#string();
        if (!this.#accept(":")) this.#fail(`":" was expected behind the name "${key}"`);
        members.push({ key, keyStart, value: this.#value(depth + 1) });
      } while (this.#accept(","));
      if (!this.#accept("}")) this.#fail('"," or "}" was expected');
    }
    return { kind: "object", members, start, end: this.#at };
  }

  #array(start: number, depth: number): JsonNode {
    const items: JsonNode[] = [];
    this.#at++;
    if (!this.#accept("]")) {
      do items.push(this.#value(depth + 1));
      while (this.#accept(","));
      if (!this.#accept("]")) this.#fail('"," or "]" was expected');
    }
    return { kind: "array", items, start, end: this.#at };
  }

  #string(): string {
    const start = this.#at;
    const text = this.#match(string);
    if (text !== undefined) return JSON.parse(text) as string;
    const end = this.#text.indexOf('"', start + 1);
    this.#fail(
      end < 0 ? "this string does not end" : "this string has a line break or an escape that JSON does not know",
    );
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const text = pattern.exec(this.#text)?.[0];
    if (text !== undefined) this.#at += text.length;
    return text;
  }

  #accept(char: string): boolean {
    this.#skipBlanks();
    if (this.#text[this.#at] !== char) return false;
    this.#at++;
    return true;
  }

  #skipBlanks(): void {
    while (this.#at < this.#text.length && " \t\r\n".includes(this.#text[this.#at] as string)) this.#at++;
  }

  #fail(expected: string): never {
    const found = /^\S{1,20}/.exec(this.#text.slice(this.#at))?.[0];
    throw new JsonSyntaxError(`${expected}, ${found === undefined ? "but the text ends" : `not ${found}`}`, this.#at);
  }
}
