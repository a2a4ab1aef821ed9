import type { HeaderList } from "../base/transport.js";
import type { HeaderBlockWriter } from "./header-block-writer.js";
import { rememberedListBytesMax, rememberedListsMax } from "./limits.js";

/**
 * Encodings of lists that are sent again and again, found by the identity of the list. Only frozen lists are kept,
 * since another one may have changed; and only encodings that changed nothing in the table, since those
 * alone mean the same when they are sent again. They hold as long as the table's version does.
 */
export class ListCache {
  private readonly lists: HeaderList[] = [];
  private readonly encodings: Uint8Array[] = [];
  private next: number = 0;
  private version: number = 0;

  /**
   * Appends the encoding of the list if there is one.
   *
   * @returns whether there was
   */
  append(list: HeaderList, version: number, out: HeaderBlockWriter): boolean {
    if (version !== this.version) return false;
    const place = this.lists.indexOf(list);
    if (place < 0) return false;
    const encoding = this.encodings[place] as Uint8Array;
    out.reserve(encoding.length);
    // A loop, since most are a few bytes long, where a call of `set` costs more than the copy.
    const { buffer, length } = out;
    for (let i = 0; i < encoding.length; i++) buffer[length + i] = encoding[i] as number;
    out.length = length + encoding.length;
    return true;
  }

  /** Keeps an encoding, `bytes[start..end)`, unless the list can change or is long. */
  offer(list: HeaderList, version: number, bytes: Uint8Array, start: number, end: number): void {
    if (end - start > rememberedListBytesMax || !Object.isFrozen(list)) return;
    if (version !== this.version) {
      this.version = version;
      this.lists.length = 0;
      this.encodings.length = 0;
      this.next = 0;
    }
    this.lists[this.next] = list;
    // Not `slice`, which of a Buffer is a view: the caller writes over it again.
    this.encodings[this.next] = new Uint8Array(bytes.subarray(start, end));
    this.next = (this.next + 1) % rememberedListsMax;
  }
}
