const base64Pattern = /^[A-Za-z0-9+/]*={0,2}$/;

/** Base64 without padding, as gRPC asks of senders. */
export function bytesToBase64(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
  const padding = text.indexOf("=");
  return padding < 0 ? text : text.slice(0, padding);
}

/** Bytes of base64 text, with or without padding; undefined where it is none. Never throws. */
export function base64ToBytes(text: string): Uint8Array | undefined {
  if (!base64Pattern.test(text)) return undefined;
  const digits = text.indexOf("=") < 0 ? text.length : text.indexOf("=");
  if (digits % 4 === 1) return undefined;
  const bytes = Buffer.from(text, "base64");
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
