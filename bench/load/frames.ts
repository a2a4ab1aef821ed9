/** HTTP/2 frames made by hand (RFC 9113): a load that no stack under test has a part in, and that costs little. */

export const FrameType = {
  DATA: 0,
  HEADERS: 1,
  RST_STREAM: 3,
  SETTINGS: 4,
  PING: 6,
  GOAWAY: 7,
  WINDOW_UPDATE: 8,
} as const;
export const END_STREAM = 1;
export const END_HEADERS = 4;
export const ACK = 1;

export const preface: Buffer = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
export const frameHeadBytes = 9;

export function makeFrame(type: number, flags: number, stream: number, payload: Uint8Array): Buffer {
  const frame = Buffer.alloc(frameHeadBytes + payload.length);
  frame.writeUIntBE(payload.length, 0, 3);
  frame[3] = type;
  frame[4] = flags;
  frame.writeUInt32BE(stream, 5);
  frame.set(payload, frameHeadBytes);
  return frame;
}

/** SETTINGS with identifiers and values (RFC 9113, 6.5.1). */
export function makeSettings(settings: readonly (readonly [id: number, value: number])[]): Buffer {
  const payload = Buffer.alloc(settings.length * 6);
  for (const [index, [id, value]] of settings.entries()) {
    payload.writeUInt16BE(id, index * 6);
    payload.writeUInt32BE(value, index * 6 + 2);
  }
  return makeFrame(FrameType.SETTINGS, 0, 0, payload);
}

export const SETTINGS_INITIAL_WINDOW_SIZE = 4;

export function makeWindowUpdate(stream: number, increment: number): Buffer {
  const payload = Buffer.alloc(4);
  payload.writeUInt32BE(increment);
  return makeFrame(FrameType.WINDOW_UPDATE, 0, stream, payload);
}

/** The request headers of a gRPC call as literals without indexing, so that blocks do not depend on each other (RFC 7541, 6.2.2). */
export function makeHeaderBlock(path: string): Buffer {
  const headers: readonly (readonly [string, string])[] = [
    [":method", "POST"],
    [":scheme", "http"],
    [":path", path],
    [":authority", "localhost"],
    ["te", "trailers"],
    ["content-type", "application/grpc"],
  ];
  return Buffer.concat(headers.flatMap(([name, value]) => [Buffer.from([0]), literal(name), literal(value)]));
}

/** A string of fewer than 127 bytes, not Huffman-coded. */
function literal(text: string): Buffer {
  if (text.length > 126) throw new Error(`${text} is too long for a length of one byte`);
  return Buffer.concat([Buffer.from([text.length]), Buffer.from(text, "latin1")]);
}
