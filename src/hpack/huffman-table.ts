/**
 * The code of Appendix B of RFC 7541. It is canonical: among codes of one length the values go up with the
 * symbol, and shorter codes come first. So the lengths say all, and the codes are computed from them.
 */

/** Length of each symbol's code in bits, 0 to 255 and EOS (256). */
// biome-ignore format: sixteen a row is how one finds a symbol
export const huffmanLengths: Uint8Array = Uint8Array.of(
  13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28,
  28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
  6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6,
  5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
  13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
  7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
  15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5,
  6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
  20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23,
  24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
  22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23,
  21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
  26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25,
  19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
  20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23,
  26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
  30,
);

/** The symbol that must never be sent; the padding is a part of its code. */
export const endOfString = 256;

/** Longest code, in bits. */
export const codeBitsMax = 30;

/** Codes by symbol, right-aligned. */
export const huffmanCodes: Uint32Array = new Uint32Array(257);

/** By code length: the first code of that length. */
export const firstCode: Uint32Array = new Uint32Array(codeBitsMax + 1);

/** By code length: how many codes have it. */
export const codeCount: Uint16Array = new Uint16Array(codeBitsMax + 1);

/** By code length: where its symbols begin in `symbolsInOrder`. */
export const firstSymbol: Uint16Array = new Uint16Array(codeBitsMax + 1);

/** All symbols in the order of their codes. */
export const symbolsInOrder: Uint16Array = new Uint16Array(257);

/** By the next 8 bits: `symbol << 4 | length` for codes of up to 8 bits, 0 where the code is longer. */
export const shortCodes: Uint16Array = new Uint16Array(256);

{
  const symbolsOfLength: number[][] = Array.from({ length: codeBitsMax + 1 }, () => []);
  for (const [symbol, bits] of huffmanLengths.entries()) symbolsOfLength[bits]?.push(symbol);
  let code = 0;
  let position = 0;
  for (let bits = 1; bits <= codeBitsMax; bits++) {
    const symbols = symbolsOfLength[bits] ?? [];
    firstCode[bits] = code;
    firstSymbol[bits] = position;
    codeCount[bits] = symbols.length;
    for (const symbol of symbols) {
      huffmanCodes[symbol] = code;
      symbolsInOrder[position++] = symbol;
      if (bits <= 8) shortCodes.fill((symbol << 4) | bits, code << (8 - bits), (code + 1) << (8 - bits));
      code++;
    }
    code *= 2;
  }
}
