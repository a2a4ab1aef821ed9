import {
  codeBitsMax,
  codeCount,
  endOfString,
  firstCode,
  firstSymbol,
  huffmanCodes,
  huffmanLengths,
  shortCodes,
  symbolsInOrder,
} from "./huffman-table.js";

/** Length of the Huffman encoding of a string of bytes, in bytes. */
export function huffmanLength(text: string): number {
  let bits = 0;
  for (let i = 0; i < text.length; i++) bits += huffmanLengths[text.charCodeAt(i) & 0xff] as number;
  return (bits + 7) >>> 3;
}

/**
 * Writes the Huffman encoding of a string of bytes.
 *
 * @param target has room for `huffmanLength(text)` bytes from `offset`
 * @returns where the encoding ends
 */
export function huffmanEncode(text: string, target: Uint8Array, offset: number): number {
  let position = offset;
  let pending = 0;
  let pendingBits = 0;
  for (let i = 0; i < text.length; i++) {
    const symbol = text.charCodeAt(i) & 0xff;
    const code = huffmanCodes[symbol] as number;
    let bits = huffmanLengths[symbol] as number;
    // With up to 7 bits pending, 24 more are what fits a small integer: longer codes go in two parts.
    if (bits > 24) {
      bits -= 16;
      pending = (pending << bits) | (code >>> 16);
      pendingBits += bits;
      while (pendingBits >= 8) {
        pendingBits -= 8;
        target[position++] = pending >>> pendingBits;
      }
      bits = 16;
      pending = (pending << 16) | (code & 0xffff);
    } else {
      pending = (pending << bits) | code;
    }
    pendingBits += bits;
    while (pendingBits >= 8) {
      pendingBits -= 8;
      target[position++] = pending >>> pendingBits;
    }
  }
  if (pendingBits > 0) target[position++] = (pending << (8 - pendingBits)) | (0xff >>> pendingBits);
  return position;
}

/** `huffmanDecode`: a code that is cut off, or padding of more than 7 bits or other than ones (RFC 7541 section 5.2). */
export const huffmanBadPadding = -1;

/** `huffmanDecode`: the symbol EOS, which must not be sent. */
export const huffmanEndOfString = -2;

/**
 * Decodes bytes of the Huffman code. What does not fit the target is checked and counted but not stored, so
 * that the memory is the caller's choice. Linear in the input.
 *
 * @returns how many bytes the string has (also if more than `target.length`), or one of the failures above
 */
export function huffmanDecode(source: Uint8Array, start: number, end: number, target: Uint8Array): number {
  const capacity = target.length;
  let count = 0;
  let position = start;
  let window = 0;
  let windowBits = 0;
  for (;;) {
    while (windowBits <= 24 && position < end) {
      window = (window << 8) | (source[position++] as number);
      windowBits += 8;
    }
    if (windowBits < 8) return finishDecoding(window, windowBits, count, target);
    const short = shortCodes[(window >>> (windowBits - 8)) & 0xff] as number;
    if (short !== 0) {
      windowBits -= short & 15;
      if (count < capacity) target[count] = short >>> 4;
      count++;
      continue;
    }
    const firstBit = position * 8 - windowBits;
    const long = decodeLong(source, firstBit, end * 8);
    if (long < 0) return long;
    if (count < capacity) target[count] = long >>> 5;
    count++;
    const nextBit = firstBit + (long & 31);
    position = (nextBit + 7) >>> 3;
    windowBits = position * 8 - nextBit;
    window = windowBits === 0 ? 0 : (source[position - 1] as number);
  }
}

/** The last bits, fewer than 8: short codes, then padding. */
function finishDecoding(window: number, windowBits: number, decoded: number, target: Uint8Array): number {
  let count = decoded;
  let left = windowBits;
  while (left > 0) {
    const ones = (1 << left) - 1;
    const bits = window & ones;
    if (bits === ones) return count;
    const short = shortCodes[(bits << (8 - left)) | (0xff >>> left)] as number;
    if (short === 0 || (short & 15) > left) return huffmanBadPadding;
    left -= short & 15;
    if (count < target.length) target[count] = short >>> 4;
    count++;
  }
  return count;
}

/**
 * Decodes one code of more than 8 bits. Codes of a length are consecutive numbers, so that the symbol is
 * found by its distance from the first of them.
 *
 * @returns `symbol << 5 | length`, or a failure
 */
function decodeLong(source: Uint8Array, firstBit: number, endBit: number): number {
  let code = 0;
  for (let bits = 1; bits <= codeBitsMax; bits++) {
    const bit = firstBit + bits - 1;
    if (bit >= endBit) return huffmanBadPadding;
    code = (code << 1) | (((source[bit >>> 3] as number) >>> (7 - (bit & 7))) & 1);
    const distance = code - (firstCode[bits] as number);
    if (distance < (codeCount[bits] as number)) {
      const symbol = symbolsInOrder[(firstSymbol[bits] as number) + distance] as number;
      return symbol === endOfString ? huffmanEndOfString : (symbol << 5) | bits;
    }
  }
  // The code is complete: 30 bits always are a symbol.
  return huffmanBadPadding;
}
