/** The few parts of ASN.1 DER (X.690) that a certificate is written with. Each function gives one encoded value. */

const TAG_BOOLEAN = 0x01;
const TAG_INTEGER = 0x02;
const TAG_BIT_STRING = 0x03;
const TAG_OCTET_STRING = 0x04;
const TAG_OBJECT_IDENTIFIER = 0x06;
const TAG_UTF8_STRING = 0x0c;
const TAG_SEQUENCE = 0x30;
const TAG_SET = 0x31;
const TAG_UTC_TIME = 0x17;
const TAG_GENERALIZED_TIME = 0x18;

/** A value with any tag: tag, length, content. */
export function der(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  return Buffer.concat([Buffer.from([tag]), encodeLength(content.length), content]);
}

function encodeLength(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return Buffer.from([0x80 | bytes.length, ...bytes]);
}

export function derSequence(...items: readonly Uint8Array[]): Buffer {
  return der(TAG_SEQUENCE, ...items);
}

export function derSet(...items: readonly Uint8Array[]): Buffer {
  return der(TAG_SET, ...items);
}

export function derTrue(): Buffer {
  return der(TAG_BOOLEAN, Buffer.from([0xff]));
}

/** An unsigned integer from its big-endian bytes: no needless zeros in front, but one where the sign bit would be set. */
export function derUnsigned(bytes: Uint8Array): Buffer {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start++;
  const magnitude = bytes.length === 0 ? Buffer.from([0]) : Buffer.from(bytes.subarray(start));
  return der(TAG_INTEGER, Buffer.from((magnitude[0]! & 0x80) !== 0 ? [0] : []), magnitude);
}

/** @param unusedBitCount how many of the last byte's low bits do not count */
export function derBitString(bytes: Uint8Array, unusedBitCount: number = 0): Buffer {
  return der(TAG_BIT_STRING, Buffer.from([unusedBitCount]), bytes);
}

export function derOctetString(...contents: readonly Uint8Array[]): Buffer {
  return der(TAG_OCTET_STRING, ...contents);
}

export function derUtf8String(text: string): Buffer {
  return der(TAG_UTF8_STRING, Buffer.from(text, "utf8"));
}

/** @param dotted for instance `2.5.29.17` */
export function derObjectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  const bytes: number[] = [];
  for (const arc of [first * 40 + second, ...rest]) {
    const groups = [arc % 128];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) groups.unshift(0x80 | (left % 128));
    bytes.push(...groups);
  }
  return der(TAG_OBJECT_IDENTIFIER, Buffer.from(bytes));
}

/** RFC 5280 section 4.1.2.5: UTCTime until 2049, GeneralizedTime after; whole seconds, UTC. */
export function derTime(date: Date): Buffer {
  const digits = date
    .toISOString()
    .replace(/\.\d+Z$/, "Z")
    .replace(/[-:T]/g, "");
  const year = date.getUTCFullYear();
  if (year >= 1950 && year < 2050) return der(TAG_UTC_TIME, Buffer.from(digits.slice(2), "latin1"));
  return der(TAG_GENERALIZED_TIME, Buffer.from(digits, "latin1"));
}
