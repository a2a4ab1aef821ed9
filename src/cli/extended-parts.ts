import type { DescMessage, Message } from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";

/** A message in a message, with its type. */
export interface Part {
  readonly schema: DescMessage;
  readonly message: Message;
}

/** The parts of a message, itself too, that a schema alone does not explain. */
export interface OpenParts {
  /** With values of extensions. */
  readonly extended: readonly Part[];
  /** `google.protobuf.Any`. */
  readonly anys: readonly Message[];
}

/** Numbers that a message has values of, and no field for: of extensions, where its type leaves them to those. */
export function extensionNumbers({ schema, message }: Part): ReadonlySet<number> {
  const { extensionRange: ranges } = schema.proto;
  const numbers = new Set((message.$unknown ?? []).map(({ no }) => no));
  if (ranges.length === 0) return new Set();
  return new Set([...numbers].filter((no) => ranges.some(({ start, end }) => no >= start && no < end)));
}

/** Looks through messages for parts that are open to more than their schemas tell. */
export class PartFinder {
  /** Types that have been looked at, and whether any type that they are made of is open. */
  readonly #open: Map<DescMessage, boolean> = new Map();

  find(schema: DescMessage, message: Message): OpenParts {
    const parts = { extended: [], anys: [] };
    if (this.#isOpen(schema)) gather({ schema, message }, parts);
    return parts;
  }

  /** Most types are not, and their messages need not be looked through. */
  #isOpen(schema: DescMessage): boolean {
    let isOpen = this.#open.get(schema);
    if (isOpen === undefined) {
      isOpen = [...typesIn(schema)].some((type) => isExtendable(type) || type.typeName === anyName);
      this.#open.set(schema, isOpen);
    }
    return isOpen;
  }
}

/** The types that messages of a type are made of, itself too. */
export function typesIn(schema: DescMessage): ReadonlySet<DescMessage> {
  const types = new Set([schema]);
  for (const type of types) for (const { message } of type.fields) if (message !== undefined) types.add(message);
  return types;
}

export function isExtendable(schema: DescMessage): boolean {
  return schema.proto.extensionRange.length > 0;
}

const anyName = "google.protobuf.Any";

function gather(part: Part, into: { extended: Part[]; anys: Message[] }): void {
  const { schema, message } = part;
  if (schema.typeName === anyName) into.anys.push(message);
  if (extensionNumbers(part).size > 0) into.extended.push(part);
  const reader = reflect(schema, message);
  for (const field of schema.fields) {
    if (field.message === undefined || !reader.isSet(field)) continue;
    const inner = field.message;
    if (field.fieldKind === "message") gather({ schema: inner, message: reader.get(field).message }, into);
    else if (field.fieldKind === "list") {
      for (const one of reader.get(field)) gather({ schema: inner, message: messageOf(one) }, into);
    } else if (field.fieldKind === "map") {
      for (const [, one] of reader.get(field)) gather({ schema: inner, message: messageOf(one) }, into);
    }
  }
}

/** Lists and maps of messages give them wrapped. */
function messageOf(wrapped: unknown): Message {
  return (wrapped as { readonly message: Message }).message;
}
