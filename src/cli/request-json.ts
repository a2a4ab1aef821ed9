import {
  type DescField,
  type DescMessage,
  fromJson,
  type JsonValue,
  type Message,
  type Registry,
} from "@bufbuild/protobuf";
import { similarName } from "../server/similar-name.js";
import { CliError, ExitCode } from "./exit-code.js";
import type { JsonPiece } from "./json-splitter.js";
import { type JsonNode, JsonSyntaxError, parseJsonTree } from "./json-tree.js";

/**
 * Makes a message of JSON.
 *
 * @param where what the text is, for messages: `the request`, `requests.json`
 * @throws {CliError} with the place, the field and the value that cannot be
 */
export function readMessage(schema: DescMessage, piece: JsonPiece, registry: Registry, where: string): Message {
  let value: JsonValue;
  try {
    value = JSON.parse(piece.text) as JsonValue;
    return fromJson(schema, value, { registry });
  } catch (error) {
    const { offset, text } = findFault(schema, piece.text, registry, error);
    throw new CliError(`${where}, ${placeOf(piece, offset)}: ${text}`, ExitCode.usage);
  }
}

interface Fault {
  readonly offset: number;
  readonly text: string;
}

function findFault(schema: DescMessage, text: string, registry: Registry, error: unknown): Fault {
  try {
    const root = parseJsonTree(text);
    return new FaultFinder(text, registry).inMessage(schema, root, []) ?? { offset: 0, text: reasonOf(error) };
  } catch (syntax) {
    if (!(syntax instanceof JsonSyntaxError)) throw syntax;
    return { offset: syntax.offset, text: `this is not JSON: ${syntax.message}` };
  }
}

function placeOf({ text, line, column }: JsonPiece, offset: number): string {
  const lines = text.slice(0, offset).split("\n");
  const last = (lines.at(-1) as string).length;
  return `line ${line + lines.length - 1}, column ${lines.length === 1 ? column + last : last + 1}`;
}

/** Without the part that names what is named already. */
function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text
    .replace(/^cannot decode (?:(?:field|message|enum|map entry) )?(\S+) from JSON: /, "")
    .replace(/^map entry "[^"]*": /, "");
}

/** Looks for the innermost field that cannot be read, by reading parts of the message alone. */
class FaultFinder {
  readonly #text: string;
  readonly #registry: Registry;

  constructor(text: string, registry: Registry) {
    this.#text = text;
    this.#registry = registry;
  }

  inMessage(schema: DescMessage, node: JsonNode, path: readonly string[]): Fault | undefined {
    const error = this.#errorOf(schema, this.#valueOf(node));
    if (error === undefined) return undefined;
    const own = {
      offset: node.start,
      text: `${nameOf(path)}${schema.typeName} cannot be ${this.#shown(node)}${because(error)}`,
    };
    if (hasOwnJson(schema)) return own;
    if (node.kind !== "object") {
      const text = `${nameOf(path)}the message ${schema.typeName} must be an object {...}, not ${this.#shown(node)}`;
      return { offset: node.start, text };
    }
    for (const { key, keyStart, value } of node.members) {
      if (key.startsWith("[") && this.#errorOf(schema, { [key]: this.#valueOf(value) }) === undefined) continue;
      const field = schema.fields.find((one) => one.jsonName === key || one.name === key);
      if (field === undefined) return { offset: keyStart, text: unknownField(schema, key, path) };
      const fault = this.#inField(schema, field, value, [...path, key]);
      if (fault !== undefined) return fault;
    }
    // Each field alone is right: two of a oneof, or one field by both of its names.
    return own;
  }

  #inField(schema: DescMessage, field: DescField, node: JsonNode, path: readonly string[]): Fault | undefined {
    const error = this.#errorOf(schema, { [field.jsonName]: this.#valueOf(node) });
    if (error === undefined) return undefined;
    const inner = this.#inParts(schema, field, node, path);
    if (inner !== undefined) return inner;
    const what = `${nameOf(path)}a field of type ${typeOf(field)} cannot be ${this.#shown(node)}`;
    return { offset: node.start, text: `${what}${because(error)}` };
  }

  #inParts(schema: DescMessage, field: DescField, node: JsonNode, path: readonly string[]): Fault | undefined {
    if (field.fieldKind === "message") return this.inMessage(field.message, node, path);
    if (field.fieldKind === "list" && node.kind === "array") {
      for (const [i, item] of node.items.entries()) {
        const fault = this.#inItem(schema, field, item, [i], [...path, String(i)]);
        if (fault !== undefined) return fault;
      }
    }
    if (field.fieldKind === "map" && node.kind === "object") {
      for (const { key, value } of node.members) {
        const fault = this.#inItem(schema, field, value, key, [...path, key]);
        if (fault !== undefined) return fault;
      }
    }
    return undefined;
  }

  /** @param key of a map, or a list for a list */
  #inItem(
    schema: DescMessage,
    field: DescField,
    node: JsonNode,
    key: string | readonly number[],
    path: readonly string[],
  ): Fault | undefined {
    if (field.message !== undefined) return this.inMessage(field.message, node, path);
    const value = this.#valueOf(node);
    const alone = typeof key === "string" ? { [key]: value } : [value];
    const error = this.#errorOf(schema, { [field.jsonName]: alone });
    if (error === undefined) return undefined;
    const text = `${nameOf(path)}a value of type ${partTypeOf(field)} cannot be ${this.#shown(node)}${because(error)}`;
    return { offset: node.start, text };
  }

  #errorOf(schema: DescMessage, value: JsonValue): string | undefined {
    try {
      fromJson(schema, value, { registry: this.#registry });
      return undefined;
    } catch (error) {
      return reasonOf(error);
    }
  }

  #valueOf(node: JsonNode): JsonValue {
    return JSON.parse(this.#text.slice(node.start, node.end)) as JsonValue;
  }

  #shown(node: JsonNode): string {
    const text = this.#text.slice(node.start, node.end).replace(/\s+/g, " ");
    return text.length > 60 ? `${text.slice(0, 57)}...` : text;
  }
}

/** Without reasons that only say again what was said. */
function because(reason: string): string {
  return /^("|Array\(|object$|-?\d|true|false|null)/.test(reason) ? "" : `: ${reason}`;
}

function nameOf(path: readonly string[]): string {
  return path.length === 0 ? "" : `${path.join(".")}: `;
}

function unknownField(schema: DescMessage, key: string, path: readonly string[]): string {
  const names = schema.fields.map((field) => field.jsonName);
  const near = similarName(key, names);
  const hint = near === undefined ? `it has ${names.join(", ") || "no fields"}` : `did you mean ${near}?`;
  return `${nameOf(path)}the message ${schema.typeName} has no field ${JSON.stringify(key)}: ${hint}`;
}

/** Of one item, where there are several. */
function partTypeOf(field: DescField): string {
  return field.message?.typeName ?? field.enum?.typeName ?? scalarNames[field.scalar as number] ?? "";
}

function typeOf(field: DescField): string {
  const one = partTypeOf(field);
  if (field.fieldKind === "list") return `repeated ${one}`;
  return field.fieldKind === "map" ? `map to ${one}` : one;
}

/** By the numbers of `FieldDescriptorProto.Type`. */
export const scalarNames: readonly string[] =
  " double float int64 uint64 int32 fixed64 fixed32 bool string   bytes uint32  sfixed32 sfixed64 sint32 sint64".split(
    " ",
  );

const ownJson = /^google\.protobuf\.(Any|Timestamp|Duration|FieldMask|Struct|Value|ListValue|\w+Value)$/;

/** Well-known types whose JSON is not an object of their fields. */
export function hasOwnJson(schema: DescMessage): boolean {
  return ownJson.test(schema.typeName);
}
