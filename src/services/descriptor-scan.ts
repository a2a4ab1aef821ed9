/** What a message inside of a file is; `generic` for options, of which no more is known than that they are messages. */
type Kind =
  | "file"
  | "message"
  | "field"
  | "enum"
  | "value"
  | "service"
  | "method"
  | "range"
  | "oneof"
  | "leaf"
  | "source"
  | "location"
  | "generic";

/** Fields of `descriptor.proto` that hold messages, by number, and the numbers of those that hold text or numbers. */
interface Shape {
  readonly messages: Readonly<Record<number, Kind>>;
  readonly plain: readonly number[];
}

const shapes: { readonly [kind in Kind]: Shape } = {
  file: {
    messages: { 4: "message", 5: "enum", 6: "service", 7: "field", 8: "generic", 9: "source" },
    plain: [1, 2, 3, 10, 11, 12, 14, 15],
  },
  message: {
    messages: { 2: "field", 3: "message", 4: "enum", 5: "range", 6: "field", 7: "generic", 8: "oneof", 9: "leaf" },
    plain: [1, 10, 11],
  },
  field: { messages: { 8: "generic" }, plain: [1, 2, 3, 4, 5, 6, 7, 9, 10, 17] },
  enum: { messages: { 2: "value", 3: "generic", 4: "leaf" }, plain: [1, 5, 6] },
  value: { messages: { 3: "generic" }, plain: [1, 2] },
  service: { messages: { 2: "method", 3: "generic" }, plain: [1] },
  method: { messages: { 4: "generic" }, plain: [1, 2, 3, 5, 6] },
  range: { messages: { 3: "generic" }, plain: [1, 2] },
  oneof: { messages: { 2: "generic" }, plain: [1] },
  leaf: { messages: {}, plain: [1, 2] },
  source: { messages: { 1: "location" }, plain: [] },
  location: { messages: {}, plain: [1, 2, 3, 4, 6] },
  generic: { messages: {}, plain: [] },
};

/** Deeper than the codec goes. */
const depthMax = 128;
/** How deep options are looked into: what is in them further down is bytes to whoever decodes the file. */
const optionDepthMax = 5;

/**
 * How many objects the decoding of a file would make, about: its messages, and fields that `descriptor.proto` does not have. An
 * empty message is two bytes on the wire and some 400 here, so that the length of a file says little of what it costs.
 */
export function countObjects(file: Uint8Array): number {
  return new Scan(file).count("file", 0, file.length, 0);
}

class Scan {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Ends where the bytes are no message: the codec will say so. */
  count(kind: Kind, start: number, end: number, depth: number, optionDepth: number = 0): number {
    const { messages, plain } = shapes[kind];
    if (depth > depthMax) return 0;
    let objects = 0;
    this.#at = start;
    while (this.#at < end) {
      const tag = this.#varint(end);
      const number = Math.floor(tag / 8);
      const length = this.#length(tag % 8, end);
      if (length < 0 || this.#at + length > end) break;
      const next = this.#at + length;
      const inner = messages[number] ?? (kind === "generic" && optionDepth < optionDepthMax ? "generic" : undefined);
      if (inner !== undefined && tag % 8 === 2)
        objects += 1 + this.count(inner, this.#at, next, depth + 1, inner === "generic" ? optionDepth + 1 : 0);
      else if (!plain.includes(number)) objects++;
      this.#at = next;
    }
    return objects;
  }

  /** Bytes of a value, behind what tells them; -1 for what cannot be. */
  #length(wireType: number, end: number): number {
    if (wireType === 0) return Math.min(0, this.#varint(end));
    if (wireType === 1) return 8;
    if (wireType === 2) return this.#varint(end);
    // What is in a group is counted as if it was beside it.
    if (wireType === 3 || wireType === 4) return 0;
    return wireType === 5 ? 4 : -1;
  }

  #varint(end: number): number {
    let value = 0;
    for (let scale = 1; this.#at < end; scale *= 128) {
      const byte = this.#bytes[this.#at++] as number;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
    return -1;
  }
}
