import {
  type DescExtension,
  type DescField,
  type DescMessage,
  fromJson,
  type JsonValue,
  type Message,
  type Registry,
} from "@bufbuild/protobuf";
import { similarName } from "../base/similar-name.js";
import { extensionsOf } from "../services/reflection-names.js";
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
  const wrong = ({ offset, text }: Fault): CliError =>
    new CliError(`${where}, ${placeOf(piece, offset)}: ${text}`, ExitCode.usage);
  let message: Message;
  let tree: JsonNode | undefined;
  try {
    message = fromJson(schema, JSON.parse(piece.text) as JsonValue, { registry });
    if (piece.text.includes('"[')) tree = parseJsonTree(piece.text);
  } catch (error) {
    throw wrong(findFault(schema, piece.text, registry, error));
  }
  // Extensions of another message are passed over, and must not be lost.
  const fault = tree === undefined ? undefined : new FaultFinder(piece.text, registry).misplaced(schema, tree, []);
  if (fault !== undefined) throw wrong(fault);
  return message;
}

type FieldLike = DescField | DescExtension;

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
      const field = this.#fieldOf(schema, key);
      if (field === undefined) return { offset: keyStart, text: this.#unknown(schema, key, path) };
      const fault = this.#inField(schema, field, value, [...path, key]);
      if (fault !== undefined) return fault;
    }
    // Each field alone is right: two of a oneof, or one field by both of its names.
    return own;
  }

  /** Looks for an extension of another message, where all else is right. */
  misplaced(schema: DescMessage, node: JsonNode, path: readonly string[]): Fault | undefined {
    if (node.kind !== "object" || hasOwnJson(schema)) return undefined;
    for (const { key, keyStart, value } of node.members) {
      const field = this.#fieldOf(schema, key);
      if (field === undefined) return { offset: keyStart, text: this.#unknown(schema, key, path) };
      if (field.message === undefined) continue;
      for (const [name, part] of partsOf(field, value)) {
        const fault = this.misplaced(field.message, part, [...path, key, ...name]);
        if (fault !== undefined) return fault;
      }
    }
    return undefined;
  }

  #fieldOf(schema: DescMessage, key: string): FieldLike | undefined {
    const field = schema.fields.find((one) => one.jsonName === key || one.name === key);
    return field ?? extensionsOf(this.#registry, schema.typeName).find((one) => one.jsonName === key);
  }

  #unknown(schema: DescMessage, key: string, path: readonly string[]): string {
    if (!/^\[.*\]$/.test(key)) return unknownField(schema, key, path);
    const name = key.slice(1, -1);
    const known = this.#registry.getExtension(name);
    const names = extensionsOf(this.#registry, schema.typeName).map(({ typeName }) => typeName);
    const hint =
      known === undefined ? namesHint(name, names, "none that is known") : `it is one of ${known.extendee.typeName}`;
    return `${nameOf(path)}the message ${schema.typeName} has no extension ${name}: ${hint}`;
  }

  #inField(schema: DescMessage, field: FieldLike, node: JsonNode, path: readonly string[]): Fault | undefined {
    const error = this.#errorOf(schema, { [field.jsonName]: this.#valueOf(node) });
    if (error === undefined) return undefined;
    const inner = this.#inParts(schema, field, node, path);
    if (inner !== undefined) return inner;
    const what = `${nameOf(path)}a field of type ${typeOf(field)} cannot be ${this.#shown(node)}`;
    return { offset: node.start, text: `${what}${because(error)}` };
  }

  #inParts(schema: DescMessage, field: FieldLike, node: JsonNode, path: readonly string[]): Fault | undefined {
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
    field: FieldLike,
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

/** The values of a field, each with its name in a list or map. */
function partsOf(field: FieldLike, node: JsonNode): [name: string[], value: JsonNode][] {
  if (field.fieldKind === "list" && node.kind === "array") return node.items.map((item, i) => [[String(i)], item]);
  if (field.fieldKind === "map" && node.kind === "object") {
    return node.members.map(({ key, value }) => [[key], value]);
  }
  return [[[], node]];
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
  const hint = namesHint(key, names, "no fields");
  return `${nameOf(path)}the message ${schema.typeName} has no field ${JSON.stringify(key)}: ${hint}`;
}

function namesHint(name: string, names: readonly string[], none: string): string {
  const near = similarName(name, names);
  return near === undefined ? `it has ${names.join(", ") || none}` : `did you mean ${near}?`;
}

/** Of one item, where there are several. */
function partTypeOf(field: FieldLike): string {
  return field.message?.typeName ?? field.enum?.typeName ?? scalarNames[field.scalar as number] ?? "";
}

function typeOf(field: FieldLike): string {
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
