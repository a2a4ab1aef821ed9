import { keyBytesMax, keysMax } from "./limits.js";

/**
 * The keys of maps that came last. The same few come again and again: those known by their bytes need not be made and
 * looked up among all names of properties once more.
 */
export class KeyCache {
  private readonly keys: string[] = new Array<string>(keysMax).fill("");
  /** Where the key belongs that was looked for last; -1 for one that is not remembered. */
  private slot = -1;

  /** The key at `bytes[start..end)`, or undefined when it is not known. */
  find(bytes: Uint8Array, start: number, end: number): string | undefined {
    const length = end - start;
    if (length === 0 || length > keyBytesMax) {
      this.slot = -1;
      return undefined;
    }
    let hash = length;
    for (let i = start; i < end; i++) hash = (Math.imul(hash, 31) + (bytes[i] as number)) | 0;
    const slot = (hash ^ (hash >>> 8)) & (keysMax - 1);
    const known = this.keys[slot] as string;
    if (known.length === length && isAscii(bytes, start, known)) return known;
    this.slot = slot;
    return undefined;
  }

  /** Remembers the key that was looked for last and not found; `length` is that of its bytes. */
  remember(key: string, length: number): void {
    if (this.slot >= 0 && key.length === length) this.keys[this.slot] = key;
  }
}

/** Whether text has the characters that the bytes from `pos` on are; of bytes over 127 none is one. */
function isAscii(bytes: Uint8Array, pos: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const byte = bytes[pos + i] as number;
    if (byte !== text.charCodeAt(i) || byte > 0x7f) return false;
  }
  return true;
}
