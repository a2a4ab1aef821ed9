import { endOfString, huffmanCodes, huffmanLengths } from "../../src/hpack/huffman-table.js";
import { staticNames, staticValues } from "../../src/hpack/static-table.js";

type Field = readonly [name: string, value: string];

/** Symbols by length and code; of our code base only the tables of the RFC are used here. */
const symbols: ReadonlyMap<number, number> = new Map(
  Array.from(huffmanLengths, (length, symbol) => [length * 0x1_0000_0000 + (huffmanCodes[symbol] as number), symbol]),
);

/**
 * HPACK (RFC 7541) read in the plainest way that there is, in order to find where our encoder leaves the RFC: with both
 * ends of our own, a mistake that they share would never show.
 */
export class ReferenceDecoder {
  /** Newest first. */
  readonly #entries: Field[] = [];
  #size = 0;
  #sizeMax: number;
  /** What the decoder's side allows. */
  readonly #limit: number;
  #bytes: Uint8Array = new Uint8Array(0);
  #at = 0;

  /** @param sizeBytes size of the table before any update */
  constructor(tableBytesMax: number, sizeBytes: number = tableBytesMax) {
    this.#limit = tableBytesMax;
    this.#sizeMax = sizeBytes;
  }

  /** The dynamic table, the newest entry first. */
  get entries(): readonly Field[] {
    return this.#entries;
  }

  /** @throws {Error} for a block that RFC 7541 does not allow */
  decode(block: Uint8Array): Field[] {
    this.#bytes = block;
    this.#at = 0;
    const fields: Field[] = [];
    while (this.#at < block.length) {
      const first = block[this.#at] as number;
      if ((first & 0x80) !== 0) fields.push(this.#entry(this.#integer(7)));
      else if ((first & 0xc0) === 0x40) fields.push(this.#add(this.#literal(6)));
      else if ((first & 0xe0) === 0x20) this.#resize(this.#integer(5), fields.length);
      else fields.push(this.#literal(4));
    }
    return fields;
  }

  #entry(index: number): Field {
    if (index >= 1 && index <= 61) return [staticNames[index] as string, staticValues[index] as string];
    const entry = this.#entries[index - 62];
    if (entry === undefined) throw new Error(`index ${index}, but the table ends at ${61 + this.#entries.length}`);
    return entry;
  }

  #literal(prefixBits: number): Field {
    const index = this.#integer(prefixBits);
    const name = index === 0 ? this.#string() : this.#entry(index)[0];
    return [name, this.#string()];
  }

  #add(field: Field): Field {
    this.#entries.unshift(field);
    this.#size += sizeOf(field);
    this.#evict();
    return field;
  }

  #resize(size: number, fieldsBefore: number): void {
    if (fieldsBefore > 0) throw new Error("a size update behind a field");
    if (size > this.#limit) throw new Error(`a size update to ${size}, but ${this.#limit} is the limit`);
    this.#sizeMax = size;
    this.#evict();
  }

  #evict(): void {
    while (this.#size > this.#sizeMax) this.#size -= sizeOf(this.#entries.pop() as Field);
  }

  #byte(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw new Error("a block that ends in the middle of a field");
    return byte;
  }

  #integer(prefixBits: number): number {
    const mask = 2 ** prefixBits - 1;
    let value = this.#byte() & mask;
    if (value < mask) return value;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.#byte();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
  }

  #string(): string {
    const huffman = ((this.#bytes[this.#at] ?? 0) & 0x80) !== 0;
    const length = this.#integer(7);
    const from = this.#at;
    this.#at += length;
    if (this.#at > this.#bytes.length) throw new Error("a string longer than its block");
    const bytes = this.#bytes.subarray(from, this.#at);
    return huffman ? unpack(bytes) : String.fromCharCode(...bytes);
  }
}

function sizeOf([name, value]: Field): number {
  return name.length + value.length + 32;
}

function unpack(bytes: Uint8Array): string {
  let text = "";
  let length = 0;
  let code = 0;
  for (const byte of bytes) {
    for (let bit = 7; bit >= 0; bit--) {
      code = code * 2 + ((byte >> bit) & 1);
      length++;
      const symbol = symbols.get(length * 0x1_0000_0000 + code);
      if (symbol === undefined) continue;
      if (symbol === endOfString) throw new Error("the symbol for the end inside of a string");
      text += String.fromCharCode(symbol);
      length = 0;
      code = 0;
    }
  }
  if (length > 7 || code !== 2 ** length - 1) throw new Error("padding that is no beginning of the end symbol");
  return text;
}
