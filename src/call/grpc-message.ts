/** Printable ASCII but for the percent sign, without blanks at the ends. */
const plain = /^(?! )[\x20-\x24\x26-\x7e]*(?<! )$/;
const escapePattern = /%[0-9a-fA-F]{2}/;

/**
 * Writes a status message as `grpc-message` carries it: UTF-8, every byte outside %x20-%x24 and %x26-%x7E as `%XX`
 * (`doc/PROTOCOL-HTTP2.md`, Status-Message), and also a blank at either end, which no field may have (RFC 9113 section 8.2.1). Half
 * surrogates become U+FFFD.
 */
export function encodeGrpcMessage(text: string): string {
  if (plain.test(text)) return text;
  let result = "";
  const bytes = new TextEncoder().encode(text);
  for (const [i, byte] of bytes.entries()) {
    const isOuterBlank = byte === 0x20 && (i === 0 || i === bytes.length - 1);
    const isPlain = byte >= 0x20 && byte <= 0x7e && byte !== 0x25 && !isOuterBlank;
    result += isPlain ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return result;
}

/**
 * Reads a `grpc-message`. Never throws and never loses text: an escape that is none stays as it is, bytes that are no
 * UTF-8 become U+FFFD (grpc-node #2209 crashed on a `%` at the end).
 */
export function decodeGrpcMessage(text: string): string {
  if (!escapePattern.test(text)) return isAscii(text) ? text : decodeUtf8(latin1Bytes(text));
  const bytes = latin1Bytes(text);
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    if (bytes[i] === 0x25 && escapePattern.test(text.slice(i, i + 3))) {
      bytes[length++] = Number.parseInt(text.slice(i + 1, i + 3), 16);
      i += 2;
    } else {
      bytes[length++] = bytes[i] as number;
    }
  }
  return decodeUtf8(bytes.subarray(0, length));
}

/** With `ignoreBOM` a leading U+FEFF is text like any other; without, the decoder would swallow it. */
function decodeUtf8(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7e) return false;
  return true;
}

function latin1Bytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}
