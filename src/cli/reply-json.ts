import {
  create,
  createFileRegistry,
  createRegistry,
  type DescMessage,
  type JsonValue,
  type Message,
  type Registry,
  toJson,
} from "@bufbuild/protobuf";
import { DescriptorProtoSchema, FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import type { SchemaSource } from "./schema-source.js";
import { anyTypesMax, TypeSearch } from "./type-search.js";

/** How replies are written. */
export interface ReplyJsonOptions {
  /** Fields too that have their default value. */
  readonly emitDefaults: boolean;
  /** Names of fields as the `.proto` file has them. */
  readonly rawNames: boolean;
}

/** Writes messages as JSON, and asks for the types that travel in a `google.protobuf.Any`, and for extensions. */
export class ReplyJson {
  readonly #schema: SchemaSource;
  readonly #search: TypeSearch;
  readonly #options: ReplyJsonOptions;
  /** Types that nobody knows, with no fields. */
  readonly #unknown: Map<string, DescMessage> = new Map();
  readonly #more: readonly Registry[];

  /** @param more types beside those of the source */
  constructor(schema: SchemaSource, options: ReplyJsonOptions, more: readonly Registry[] = []) {
    this.#schema = schema;
    this.#search = new TypeSearch(schema, more);
    this.#options = options;
    this.#more = more;
  }

  /** Types that could not be told, of which no fields are shown. */
  get unknownTypes(): readonly string[] {
    return [...this.#unknown.keys()];
  }

  async write(schema: DescMessage, message: Message): Promise<JsonValue> {
    await this.#search.learn(schema, message);
    for (const name of this.#search.unknownTypes) this.#addUnknown(name);
    for (;;) {
      try {
        return toJson(schema, message, {
          registry: createRegistry(...this.#unknown.values(), ...this.#more, this.#schema.registry),
          alwaysEmitImplicit: this.#options.emitDefaults,
          useProtoFieldName: this.#options.rawNames,
        });
      } catch (error) {
        const name = missingType(error);
        if (name === undefined || this.#unknown.has(name)) throw error;
        if ((await this.find(name)) === undefined) this.#addUnknown(name);
      }
    }
  }

  /** A message type, by its full name. */
  find(name: string): Promise<DescMessage | undefined> {
    return this.#search.find(name);
  }

  #addUnknown(name: string): void {
    if (this.#unknown.has(name)) return;
    if (this.#unknown.size >= anyTypesMax) {
      const text = `there are more than ${anyTypesMax} types in google.protobuf.Any that nobody knows`;
      throw new RpcError(Status.RESOURCE_EXHAUSTED, `the replies cannot be shown: ${text}`);
    }
    this.#unknown.set(name, emptyType(name));
  }
}

function missingType(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  return /"?([^"/]+)"? is not in the type registry$/.exec(error.message)?.[1];
}

/** What a server names a type need be no name: one that cannot be declared must not cost the reply either. */
function emptyType(typeName: string): DescMessage {
  const file = create(FileDescriptorProtoSchema, {
    name: "unknown.proto",
    syntax: "proto3",
    messageType: [create(DescriptorProtoSchema, { name: "Unknown" })],
  });
  const desc = createFileRegistry(file, () => undefined).getMessage("Unknown") as DescMessage;
  return { ...desc, typeName };
}
