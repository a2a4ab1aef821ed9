import { create, type DescField, type DescMessage, type Message, ScalarType } from "@bufbuild/protobuf";
import { FeatureSet_FieldPresence, isWrapperDesc } from "@bufbuild/protobuf/wkt";

/** How much of a message is there. */
export interface Filling {
  /** The share of fields that are set, by how deep the message is nested; beyond the last, messages have no messages. */
  readonly shares: readonly number[];
  readonly itemsMax: number;
}

export const filled: Filling = { shares: [1, 0.4, 0.15], itemsMax: 3 };
export const sparse: Filling = { shares: [0.12, 0.12, 0.12], itemsMax: 2 };

const words = [
  "projects/p-17",
  "us-central1",
  "default",
  "n1-standard-4",
  "Gr\u00fc\u00dfe",
  "https://example.com/a/b/c",
  "on",
];

/** Makes messages by a seed: the same ones in each run. */
export class Filler {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  message(schema: DescMessage, filling: Filling, depth = 0): Message {
    const init: Record<string, unknown> = {};
    const share = filling.shares[depth] ?? 0.1;
    for (const member of schema.members) {
      const field = member.kind === "oneof" ? (member.fields[this.#below(member.fields.length)] as DescField) : member;
      const isLeftOut = this.#next() > share || (field.message !== undefined && depth >= filling.shares.length);
      if (isLeftOut && field.presence !== FeatureSet_FieldPresence.LEGACY_REQUIRED) continue;
      const value = this.#field(field, filling, depth);
      init[member.localName] = member.kind === "oneof" ? { case: field.localName, value } : value;
    }
    return create(schema, init);
  }

  /** Mulberry32. */
  #next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  #below(count: number): number {
    return Math.floor(this.#next() * count);
  }

  #field(field: DescField, filling: Filling, depth: number): unknown {
    const items = Array.from({ length: 1 + this.#below(filling.itemsMax) }, () => this.#value(field, filling, depth));
    if (field.fieldKind === "list") return items;
    if (field.fieldKind !== "map") return items[0];
    return Object.fromEntries(items.map((item) => [this.#key(field.mapKey), item]));
  }

  #key(type: ScalarType): string {
    if (type === ScalarType.STRING) return `${this.#word()}-${this.#below(100)}`;
    return type === ScalarType.BOOL ? "true" : String(this.#below(1000));
  }

  #word(): string {
    return words[this.#below(words.length)] as string;
  }

  #value(field: DescField, filling: Filling, depth: number): unknown {
    if (field.enum !== undefined) return field.enum.values[this.#below(field.enum.values.length)]?.number;
    if (field.message === undefined) return this.#scalar(field.scalar as ScalarType, field);
    if (field.fieldKind === "message" && field.oneof === undefined && isWrapperDesc(field.message)) {
      return this.#scalar(field.message.fields[0].scalar, field);
    }
    if (field.message.typeName === "google.protobuf.Struct" && field.parent.typeName !== "google.protobuf.Value") {
      return { [this.#word()]: this.#word() };
    }
    return this.message(field.message, filling, depth + 1);
  }

  #scalar(type: ScalarType, field: DescField): unknown {
    const n = 1 + this.#below(this.#next() < 0.7 ? 120 : 1_000_000);
    switch (type) {
      case ScalarType.STRING:
        return `${this.#word()}/${n}`;
      case ScalarType.BYTES:
        return new Uint8Array(1 + (n % 40)).fill(n);
      case ScalarType.BOOL:
        return true;
      case ScalarType.DOUBLE:
      case ScalarType.FLOAT:
        return n / 4;
      case ScalarType.INT64:
      case ScalarType.UINT64:
      case ScalarType.SINT64:
      case ScalarType.FIXED64:
      case ScalarType.SFIXED64:
        return "longAsString" in field && field.longAsString ? String(n) : BigInt(n) * 1000n;
      default:
        return n;
    }
  }
}
