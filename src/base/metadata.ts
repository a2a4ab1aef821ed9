import { base64ToBytes, bytesToBase64 } from "./base64.js";

/** What a key holds: bytes where its name ends in `-bin`, text elsewhere. */
export type MetadataValue<Key extends string> = string extends Key
  ? string | Uint8Array
  : Lowercase<Key> extends `${string}-bin`
    ? Uint8Array
    : string;

/** What `new Metadata(...)` takes: an object of keys, pairs, or other metadata (copied). */
export type MetadataInit =
  | Metadata
  | Iterable<readonly [string, string | Uint8Array]>
  | { readonly [key: string]: string | Uint8Array | readonly (string | Uint8Array)[] };

const keyPattern = /^[0-9a-z_.-]+$/;
/** Names whose values are secrets whatever the user says; the header encoder keeps them out of its tables too. */
/** Whose values are never shown: those of HTTP that prove who somebody is. */
export const secretKeys: ReadonlySet<string> = new Set([
  "authorization",
  "cookie",
  "proxy-authorization",
  "set-cookie",
]);
const printableAscii = /^[\x20-\x7e]*$/;

/** Names that HTTP/2 or gRPC itself write; a user's value there would break the call. */
const reservedKeys: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "content-type",
  "host",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "user-agent",
]);

/**
 * Headers and trailers of a call: keys are case-insensitive, a key may have several values in order. The
 * values of keys that end in `-bin` are bytes, all others printable ASCII (grpc/grpc
 * `doc/PROTOCOL-HTTP2.md`, Custom-Metadata).
 */
export class Metadata implements Iterable<[string, string | Uint8Array]> {
  /** Key, wire value, key, wire value, ... in order; `-bin` values as base64, decoded when asked for. */
  #pairs: string[] = [];
  #sensitive: Set<string> | undefined;

  constructor(init?: MetadataInit) {
    if (init === undefined) return;
    if (init instanceof Metadata) {
      this.#pairs = init.#pairs.slice();
      this.#sensitive = init.#sensitive === undefined ? undefined : new Set(init.#sensitive);
    } else if (isIterable(init)) {
      for (const [key, value] of init) this.append(key, value);
    } else {
      for (const [key, value] of Object.entries(init)) this.#appendAll(key, value);
    }
  }

  #appendAll(key: string, value: string | Uint8Array | readonly (string | Uint8Array)[]): void {
    // What is neither a list nor a value is refused by `append`, which names the key.
    if (!Array.isArray(value)) this.append(key, value as string | Uint8Array);
    else for (const one of value) this.append(key, one as string | Uint8Array);
  }

  /** How many values there are, over all keys. */
  get size(): number {
    return this.#pairs.length / 2;
  }

  /**
   * Adds a value behind those the key already has.
   *
   * @throws {TypeError} when the key is no valid name or a reserved one (`grpc-*`, `content-type`, `te`, ...), when a
   *   key in `-bin` gets text or another one bytes, or when text is not printable ASCII or has blanks at its ends
   */
  append<Key extends string>(key: Key, value: NoInfer<MetadataValue<Key>>): this {
    const name = checkKey(key);
    this.#pairs.push(name, toWire(name, value));
    return this;
  }

  /** Puts one value in the place of all that the key has. Throws as `append` does. */
  set<Key extends string>(key: Key, value: NoInfer<MetadataValue<Key>>): this {
    const name = checkKey(key);
    const wire = toWire(name, value);
    this.delete(name);
    this.#pairs.push(name, wire);
    return this;
  }

  /** The first value of the key, or undefined. A `-bin` value that is no base64 reads as undefined. */
  get<Key extends string>(key: Key): MetadataValue<Key> | undefined {
    return this.getAll(key)[0];
  }

  /** All values of the key, in order. */
  getAll<Key extends string>(key: Key): MetadataValue<Key>[] {
    const name = key.toLowerCase();
    const values: (string | Uint8Array)[] = [];
    for (let i = 0; i < this.#pairs.length; i += 2) {
      if (this.#pairs[i] === name) pushFromWire(values, name, this.#pairs[i + 1] as string);
    }
    return values as MetadataValue<Key>[];
  }

  has(key: string): boolean {
    const name = key.toLowerCase();
    for (let i = 0; i < this.#pairs.length; i += 2) if (this.#pairs[i] === name) return true;
    return false;
  }

  /** Removes all values of the key; tells whether there were any. */
  delete(key: string): boolean {
    const name = key.toLowerCase();
    const kept: string[] = [];
    for (let i = 0; i < this.#pairs.length; i += 2) {
      if (this.#pairs[i] !== name) kept.push(this.#pairs[i] as string, this.#pairs[i + 1] as string);
    }
    const found = kept.length !== this.#pairs.length;
    this.#pairs = kept;
    return found;
  }

  /** Adds all values of `other` behind the own ones. */
  merge(other: Metadata): this {
    // A copy, since `other` may be this very one.
    this.#pairs = [...this.#pairs, ...other.#pairs];
    if (other.#sensitive !== undefined) for (const key of other.#sensitive) this.markSensitive(key);
    return this;
  }

  /**
   * Keeps the key's values out of header compression on this and every later hop (RFC 7541 section 7.1.3), as is
   * always done for `authorization` and cookies. For secrets in keys of your own.
   */
  markSensitive(key: string): this {
    this.#sensitive ??= new Set();
    this.#sensitive.add(checkKey(key));
    return this;
  }

  /** Names marked by `markSensitive`, or undefined where there are none. */
  get sensitiveKeys(): ReadonlySet<string> | undefined {
    return this.#sensitive;
  }

  *keys(): IterableIterator<string> {
    const seen = new Set<string>();
    for (let i = 0; i < this.#pairs.length; i += 2) seen.add(this.#pairs[i] as string);
    yield* seen;
  }

  *[Symbol.iterator](): IterableIterator<[string, string | Uint8Array]> {
    for (let i = 0; i < this.#pairs.length; i += 2) {
      const name = this.#pairs[i] as string;
      const values: (string | Uint8Array)[] = [];
      pushFromWire(values, name, this.#pairs[i + 1] as string);
      for (const value of values) yield [name, value];
    }
  }

  /** All values by key: what `JSON.stringify` and a debugger show. Values of sensitive keys are left out. */
  toJSON(): Record<string, string[]> {
    const result: Record<string, string[]> = Object.create(null);
    for (let i = 0; i < this.#pairs.length; i += 2) {
      const name = this.#pairs[i] as string;
      const secret = secretKeys.has(name) || this.#sensitive?.has(name);
      result[name] ??= [];
      result[name].push(secret ? "(hidden)" : (this.#pairs[i + 1] as string));
    }
    return result;
  }

  /** What Node's `util.inspect` shows; by the global symbol, so that no module of Node need be imported. */
  static {
    Object.defineProperty(Metadata.prototype, Symbol.for("nodejs.util.inspect.custom"), {
      value(this: Metadata): string {
        return `Metadata ${JSON.stringify(this)}`;
      },
    });
  }

  /** The pairs as they go on the wire; not to be changed. For the layers of this package. */
  wirePairs(): readonly string[] {
    return this.#pairs;
  }

  /** Takes pairs that a peer sent, unchecked. For the layers of this package. */
  static fromWirePairs(pairs: string[]): Metadata {
    const metadata = new Metadata();
    metadata.#pairs = pairs;
    return metadata;
  }
}

function isIterable(init: object): init is Iterable<readonly [string, string | Uint8Array]> {
  return Symbol.iterator in init;
}

function checkKey(key: string): string {
  const name = key.toLowerCase();
  if (!keyPattern.test(name)) {
    throw new TypeError(`metadata key ${JSON.stringify(key)} is not valid: use letters, digits, "_", "-" and "."`);
  }
  if (name.startsWith("grpc-") || reservedKeys.has(name)) {
    throw new TypeError(`metadata key ${JSON.stringify(key)} is reserved for gRPC itself: choose another name`);
  }
  return name;
}

function toWire(name: string, value: string | Uint8Array): string {
  if (name.endsWith("-bin")) {
    if (value instanceof Uint8Array) return bytesToBase64(value);
    throw new TypeError(`metadata key "${name}" holds bytes: give a Uint8Array, not ${typeof value}`);
  }
  if (typeof value !== "string") {
    throw new TypeError(`metadata key "${name}" holds text: give a string, or name the key "${name}-bin" for bytes`);
  }
  if (!printableAscii.test(value) || value !== value.trim()) {
    throw new TypeError(
      `metadata "${name}" has the value ${JSON.stringify(value)}: only printable ASCII without blanks at the ends ` +
        `can be sent; for other text use the key "${name}-bin" with bytes`,
    );
  }
  return value;
}

/** Values that intermediaries joined with commas are split again (`-bin` only, where no comma can be meant). */
function pushFromWire(values: (string | Uint8Array)[], name: string, wire: string): void {
  if (!name.endsWith("-bin")) {
    values.push(wire);
    return;
  }
  for (const part of wire.split(",")) {
    const bytes = base64ToBytes(part.trim());
    if (bytes !== undefined) values.push(bytes);
  }
}
