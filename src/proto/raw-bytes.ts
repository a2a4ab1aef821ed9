/**
 * A file that is not UTF-8 is text with each byte that belongs to no character as a unit of its own, U+DC80 to U+DCFF for 0x80
 * to 0xFF: half of a surrogate pair, which no valid text has alone. So the bytes of comments and of `bytes` are not lost.
 */
const first = 0xdc80;
const last = 0xdcff;

const lone = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;
const everyLone = new RegExp(lone, "g");
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const strict = new TextDecoder("utf-8", { ignoreBOM: true, fatal: true });
const replacement = "\ufffd";

/** Whether a text that was read as UTF-8 may have lost bytes: it has the character that stands for them. */
export function mayLackBytes(text: string): boolean {
  return text.includes(replacement);
}

/** Reads the bytes of a file. */
export function decodeWithRawBytes(bytes: Uint8Array): string {
  const text = decoder.decode(bytes);
  // A file may hold this very character.
  if (!mayLackBytes(text) || sameBytes(encoder.encode(text), bytes)) return text;
  return decodeSlowly(bytes);
}

/** Whether a text has half of a surrogate pair alone, as bytes that are not UTF-8 are. */
export function hasRawBytes(text: string): boolean {
  return lone.test(text);
}

/** A text with U+FFFD for each byte that is not UTF-8. */
export function wellFormed(text: string): string {
  return hasRawBytes(text) ? text.replaceAll(everyLone, replacement) : text;
}

/** The place of the first unit that is no text; -1 where all is. */
export function firstRawByte(text: string): number {
  return text.search(lone);
}

/** Whether a unit, which follows no first half of a surrogate pair, stands for a byte. */
export function isRawByte(unit: number): boolean {
  return unit >= first && unit <= last;
}

/** The bytes of a text, those that are not UTF-8 as they were. */
export function encodeWithRawBytes(text: string): Uint8Array {
  if (!hasRawBytes(text)) return encoder.encode(text);
  const bytes: number[] = [];
  for (const character of text) {
    const unit = character.charCodeAt(0);
    if (character.length === 1 && isRawByte(unit)) bytes.push(unit - first + 0x80);
    else bytes.push(...encoder.encode(character));
  }
  return Uint8Array.from(bytes);
}

function decodeSlowly(bytes: Uint8Array): string {
  const parts: string[] = [];
  let from = 0;
  for (let at = 0; at < bytes.length; ) {
    const length = characterLength(bytes, at);
    if (length > 0) {
      at += length;
      continue;
    }
    parts.push(strict.decode(bytes.subarray(from, at)), String.fromCharCode(first - 0x80 + (bytes[at] as number)));
    from = ++at;
  }
  parts.push(strict.decode(bytes.subarray(from)));
  return parts.join("");
}

/** 0 where no character begins. */
function characterLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] as number;
  if (lead < 0x80) return 1;
  const length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  try {
    return strict.decode(bytes.subarray(at, at + length)).length > 0 ? length : 0;
  } catch {
    return 0;
  }
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
