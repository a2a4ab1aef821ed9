import { type DescMessage, getExtension, type Message, type Registry } from "@bufbuild/protobuf";
import { fromBinary } from "../codec/binary.js";
import { extensionNumbers, isExtendable, type Part, PartFinder, typesIn } from "./extended-parts.js";
import type { SchemaSource } from "./schema-source.js";

/** Types whose extensions one command asks for. Each is a question, and one for each file that has some. */
const extendedTypesMax = 100;
/** Types in `google.protobuf.Any` that one command asks for. */
export const anyTypesMax = 1_000;
/** Messages in an `Any`, or in an extension, in another one: what is further down is left as it is. */
const depthMax = 16;

/**
 * Finds what messages need beside their own schema: types in `google.protobuf.Any`, and extensions. A server tells of them only
 * when it is asked, and what a reply names decides what is asked for: so there are limits.
 */
export class TypeSearch {
  readonly #schema: SchemaSource;
  readonly #finder: PartFinder = new PartFinder();
  readonly #extended: Set<string> = new Set();
  readonly #anys: Map<string, DescMessage | undefined> = new Map();

  readonly #more: readonly Registry[];

  /** @param more types beside those of the source */
  constructor(schema: SchemaSource, more: readonly Registry[] = []) {
    this.#schema = schema;
    this.#more = more;
  }

  /** Types in `google.protobuf.Any` that nobody knows. */
  get unknownTypes(): readonly string[] {
    return [...this.#anys].flatMap(([name, type]) => (type === undefined ? [name] : []));
  }

  /**
   * What a request names, by its JSON: `"@type"`, and extensions as `"[pkg.name]"`.
   *
   * @throws {RpcError} what asking failed with
   */
  async learnJson(schema: DescMessage, json: string): Promise<void> {
    for (const [, name = ""] of json.matchAll(/"@type"\s*:\s*"[^"]*\/([\w.]+)"/g)) {
      if (this.#schema.registry.getMessage(name) === undefined) await this.#schema.find(name);
    }
    for (const [, name = ""] of json.matchAll(/"\[([\w.]+)\]"\s*:/g)) await this.#learnExtension(schema, name);
  }

  /**
   * What a request names in the text format, in brackets: types with a domain, and extensions.
   *
   * @throws {RpcError} what asking failed with
   */
  async learnText(schema: DescMessage, text: string): Promise<void> {
    for (const [, domain, name = ""] of text.matchAll(/\[\s*([^\s[\]{}"',:]*\/)?([A-Za-z_][\w.]*)\s*\]/g)) {
      if (domain === undefined) await this.#learnExtension(schema, name);
      else if (this.#schema.registry.getMessage(name) === undefined) await this.#schema.find(name);
    }
  }

  /** Not all servers know extensions by name: some only by what they extend. */
  async #learnExtension(schema: DescMessage, name: string): Promise<void> {
    const isKnown = (): boolean => this.#schema.registry.getExtension(name) !== undefined;
    if (isKnown() || (await this.#schema.find(name)) !== undefined) return;
    for (const type of typesIn(schema)) {
      if (isExtendable(type) && !isKnown()) await this.#askExtensions(type);
    }
  }

  /** What is in a message that came. */
  async learn(schema: DescMessage, message: Message, depth: number = 0): Promise<void> {
    if (depth >= depthMax) return;
    const { extended, anys } = this.#finder.find(schema, message);
    for (const part of extended) {
      const { registry } = this.#schema;
      const isKnown = (no: number): boolean => registry.getExtensionFor(part.schema, no) !== undefined;
      if (![...extensionNumbers(part)].every(isKnown)) await this.#askExtensions(part.schema).catch(() => undefined);
      for (const inner of this.#valuesOf(part)) await this.learn(inner.schema, inner.message, depth + 1);
    }
    for (const any of anys) {
      const { typeUrl, value } = any as Message & { readonly typeUrl: string; readonly value: Uint8Array };
      if (typeUrl === "") continue;
      const type = await this.find(typeUrl.slice(typeUrl.lastIndexOf("/") + 1));
      const inner = type === undefined ? undefined : decode(type, value);
      if (type !== undefined && inner !== undefined) await this.learn(type, inner, depth + 1);
    }
  }

  /** A message type by its full name; undefined where nobody knows it, or too many were asked for. */
  async find(name: string): Promise<DescMessage | undefined> {
    for (const registry of [...this.#more, this.#schema.registry]) {
      const known = registry.getMessage(name);
      if (known !== undefined) return known;
    }
    if (this.#anys.has(name) || this.#anys.size >= anyTypesMax) return this.#anys.get(name);
    // A server without reflection, or one that does not answer, must not cost the reply.
    const found = await this.#schema.find(name).catch(() => undefined);
    const type = found?.kind === "message" ? found : undefined;
    this.#anys.set(name, type);
    return type;
  }

  async #askExtensions(type: DescMessage): Promise<void> {
    if (this.#extended.has(type.typeName) || this.#extended.size >= extendedTypesMax) return;
    this.#extended.add(type.typeName);
    await this.#schema.findExtensions(type);
  }

  /** The messages that are values of extensions. */
  #valuesOf(part: Part): Part[] {
    const parts: Part[] = [];
    for (const no of extensionNumbers(part)) {
      const extension = this.#schema.registry.getExtensionFor(part.schema, no);
      const schema = extension?.message;
      if (extension === undefined || schema === undefined) continue;
      const value = getExtension(part.message, extension) as Message | Message[];
      for (const message of Array.isArray(value) ? value : [value]) parts.push({ schema, message });
    }
    return parts;
  }
}

function decode(type: DescMessage, bytes: Uint8Array): Message | undefined {
  try {
    return fromBinary(type, bytes);
  } catch {
    return undefined;
  }
}
