import { huffmanBadPadding, huffmanDecode } from "./huffman.js";
import { type BlockCursor, integerTooLarge, readInteger } from "./integer.js";
import { scratchKeptBytesMax } from "./limits.js";

const noScratch: Buffer = Buffer.alloc(0);

/** Reads string literals (RFC 7541 section 5.2) at a cursor, which it shares with the decoder. */
export class StringReader {
  /** The last string, as latin1; undefined when it was longer than asked for. */
  text: string | undefined;
  /** What was wrong with a string that could not be read. */
  problem: string = "";
  private readonly cursor: BlockCursor;
  private scratch: Buffer = noScratch;

  constructor(cursor: BlockCursor) {
    this.cursor = cursor;
  }

  /**
   * Reads a string and moves behind it.
   *
   * @param keepMax a string of more bytes is checked and measured but not made
   * @returns its length in bytes, decoded; -1 when it is not valid: see `problem`
   */
  read(keepMax: number): number {
    const { cursor } = this;
    const { bytes, end } = cursor;
    const huffman = cursor.position < end && (bytes[cursor.position] as number) >= 0x80;
    const length = readInteger(cursor, 0x7f);
    if (length < 0)
      return this.fail(
        length === integerTooLarge ? "length over 2^32-1 or of too many bytes" : "length that is cut off",
      );
    const start = cursor.position;
    if (length > end - start) return this.fail(`of ${length} bytes, of which ${end - start} are in the block`);
    cursor.position = start + length;
    if (huffman) return this.readHuffman(start, start + length, keepMax);
    this.text = length > keepMax ? undefined : latin1(bytes, start, start + length);
    return length;
  }

  private readHuffman(start: number, end: number, keepMax: number): number {
    // The shortest code has 5 bits.
    const capacity = Math.min(Math.floor(((end - start) * 8) / 5), keepMax);
    if (this.scratch.length < capacity) this.scratch = Buffer.allocUnsafeSlow(Math.max(64, capacity));
    const count = huffmanDecode(this.cursor.bytes, start, end, this.scratch);
    if (count < 0)
      return this.fail(count === huffmanBadPadding ? "with bad Huffman padding" : "with the Huffman symbol EOS");
    this.text = count > keepMax ? undefined : this.scratch.toString("latin1", 0, count);
    return count;
  }

  /** Gives large scratch space back, at the end of a block. */
  release(): void {
    this.text = undefined;
    if (this.scratch.length > scratchKeptBytesMax) this.scratch = noScratch;
  }

  private fail(problem: string): -1 {
    this.problem = problem;
    this.text = undefined;
    return -1;
  }
}

function latin1(bytes: Uint8Array, start: number, end: number): string {
  const buffer = bytes instanceof Buffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return buffer.toString("latin1", start, end);
}
