import { createRegistry, type DescMessage, type Message } from "@bufbuild/protobuf";
import { toText } from "../text/text.js";
import type { SchemaSource } from "./schema-source.js";
import { TypeSearch } from "./type-search.js";

/** Writes messages in the text format, and asks for the types that travel in a `google.protobuf.Any`, and for extensions. */
export class ReplyText {
  readonly #schema: SchemaSource;
  readonly #search: TypeSearch;
  readonly #emitDefaults: boolean;

  constructor(schema: SchemaSource, emitDefaults: boolean) {
    this.#schema = schema;
    this.#search = new TypeSearch(schema);
    this.#emitDefaults = emitDefaults;
  }

  /** Types that could not be told: they are shown as bytes. */
  get unknownTypes(): readonly string[] {
    return this.#search.unknownTypes;
  }

  async write(schema: DescMessage, message: Message): Promise<string> {
    await this.#search.learn(schema, message);
    // Types in an Any that were asked for are in the registry of the source, which grows.
    const registry = createRegistry(this.#schema.registry);
    return toText(schema, message, { registry, alwaysEmitImplicit: this.#emitDefaults });
  }
}
