import {
  type DescExtension,
  type DescField,
  type DescMessage,
  getExtension,
  type Message,
  type Registry,
  ScalarType,
} from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";

/** A set option: its name as it is written, and its value as text. */
export interface OptionText {
  readonly name: string;
  readonly value: string;
}

/**
 * The options that are set in a message of options, those of one's own included. Where the extension of one is not known, nothing
 * can be said about it but its number: it is in `unknown`.
 */
export function optionTexts(
  schema: DescMessage,
  options: Message | undefined,
  registry: Registry,
): { readonly known: OptionText[]; readonly unknown: number[] } {
  if (options === undefined) return { known: [], unknown: [] };
  const known: OptionText[] = [];
  const reader = reflect(schema, options);
  for (const field of schema.fields) {
    if (field.name === "map_entry" || !reader.isSet(field)) continue;
    known.push(...entriesOf(field.name, field, reader.get(field), registry));
  }
  const unknown: number[] = [];
  for (const number of unknownNumbers(options)) {
    const extension = registry.getExtensionFor(schema, number);
    if (extension === undefined) unknown.push(number);
    else known.push(...entriesOf(`(${extension.typeName})`, extension, getExtension(options, extension), registry));
  }
  return { known, unknown };
}

/** A repeated option is set once for each value. */
function entriesOf(name: string, field: DescField | DescExtension, value: unknown, registry: Registry): OptionText[] {
  if (field.fieldKind !== "list") return [{ name, value: valueText(field, value, registry) }];
  return [...(value as Iterable<unknown>)].map((one) => ({ name, value: oneText(field, one, registry) }));
}

function unknownNumbers(message: Message): number[] {
  return [...new Set((message.$unknown ?? []).map(({ no }) => no))];
}

function valueText(field: DescField | DescExtension, value: unknown, registry: Registry): string {
  if (field.fieldKind === "list") {
    return `[${[...(value as Iterable<unknown>)].map((one) => oneText(field, one, registry)).join(", ")}]`;
  }
  if (field.fieldKind !== "map") return oneText(field, value, registry);
  const entries = [...(value as Iterable<[unknown, unknown]>)].map(
    ([key, one]) => `{ key: ${scalarText(field.mapKey, key)}, value: ${oneText(field, one, registry)} }`,
  );
  return `[${entries.join(", ")}]`;
}

/** A value that is not a list or map, or one in those. */
function oneText(field: DescField | DescExtension, value: unknown, registry: Registry): string {
  if (field.enum !== undefined) return field.enum.value[value as number]?.name ?? String(value);
  if (field.message !== undefined) return messageText(field.message, rawMessage(value), registry);
  return scalarText(field.scalar as ScalarType, value);
}

/** What `reflect` gives wraps the message. */
function rawMessage(value: unknown): Message {
  const wrapped = value as { readonly message?: Message; readonly desc?: DescMessage };
  return wrapped.desc !== undefined && wrapped.message !== undefined ? wrapped.message : (value as Message);
}

/** A message in the text format, on one line. */
function messageText(schema: DescMessage, message: Message, registry: Registry): string {
  const reader = reflect(schema, message);
  const parts: string[] = [];
  for (const field of schema.fields) {
    if (reader.isSet(field)) parts.push(`${field.name}: ${valueText(field, reader.get(field), registry)}`);
  }
  for (const number of unknownNumbers(message)) {
    const extension = registry.getExtensionFor(schema, number);
    if (extension === undefined) continue;
    parts.push(`[${extension.typeName}]: ${valueText(extension, getExtension(message, extension), registry)}`);
  }
  return parts.length === 0 ? "{}" : `{ ${parts.join(", ")} }`;
}

function scalarText(type: ScalarType, value: unknown): string {
  if (type === ScalarType.BYTES) return quote(Buffer.from(value as Uint8Array).toString("latin1"), true);
  if (type === ScalarType.STRING) return quote(value as string, false);
  if (typeof value === "number" && !Number.isFinite(value))
    return Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
  return String(value);
}

const escapes: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\" };

/** A string literal; of bytes all that is not ASCII is escaped. An octal escape is a byte, so none stands for a character above DEL. */
export function quote(text: string, isBytes: boolean): string {
  const pattern = isBytes ? /["\\]|[^ -~]/g : /["\\]|(?![\u0080-\u009f])\p{Cc}/gu;
  const octal = (char: string): string => `\\${char.charCodeAt(0).toString(8).padStart(3, "0")}`;
  return `"${text.replace(pattern, (char) => escapes[char] ?? octal(char))}"`;
}
