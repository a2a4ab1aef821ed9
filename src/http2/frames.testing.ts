/**
 * The words of frame scripts: frames as bytes, right and wrong ones. An encoder of its own, and a small one, so that a mistake
 * of ours cannot hide by being made on both sides.
 */
import type { HeaderList } from "../base/transport.js";

/** Flags as numbers, since scripts also set wrong ones. */
export const END_STREAM = 0x1;
export const ACK = 0x1;
export const END_HEADERS = 0x4;
export const PADDED = 0x8;
export const PRIORITY_FIELDS = 0x20;

export function bytesOf(...parts: (number | Uint8Array)[]): Uint8Array {
  const arrays = parts.map((part) => (typeof part === "number" ? Uint8Array.of(part) : part));
  const all = new Uint8Array(arrays.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of arrays) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

export function uint32(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
}

export function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

/** Any frame, right or wrong. */
export function frame(
  type: number,
  flags: number,
  streamId: number,
  payload: Uint8Array = new Uint8Array(0),
): Uint8Array {
  const { length } = payload;
  return bytesOf(length >>> 16, length >>> 8, length, type, flags, uint32(streamId), payload);
}

/** An integer of HPACK behind the bits of its first byte (RFC 7541 section 5.1). */
export function hpackInteger(value: number, prefixBits: number, firstByte: number = 0): Uint8Array {
  const most = 2 ** prefixBits - 1;
  if (value < most) return Uint8Array.of(firstByte | value);
  const bytes = [firstByte | most];
  let rest = value - most;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push(0x80 | (rest % 128));
  return Uint8Array.of(...bytes, rest);
}

/** A string of HPACK, without Huffman. */
export function hpackString(text: string): Uint8Array {
  return bytesOf(hpackInteger(text.length, 7), ascii(text));
}

/** A header block of literals without indexing, without Huffman. */
export function block(list: HeaderList): Uint8Array {
  const parts: (number | Uint8Array)[] = [];
  for (let i = 0; i + 1 < list.length; i += 2) {
    parts.push(0, hpackString(list[i] as string), hpackString(list[i + 1] as string));
  }
  return bytesOf(...parts);
}

export const request: HeaderList = [":method", "POST", ":scheme", "http", ":path", "/a.B/C", ":authority", "x"];
export const response: HeaderList = [":status", "200", "content-type", "application/grpc"];
export const trailers: HeaderList = ["grpc-status", "0"];

export function headers(streamId: number, list: HeaderList, flags: number = 0): Uint8Array {
  return frame(1, END_HEADERS | flags, streamId, block(list));
}

export function data(streamId: number, content: number | Uint8Array, flags: number = 0): Uint8Array {
  return frame(0, flags, streamId, typeof content === "number" ? new Uint8Array(content).fill(0x61) : content);
}

export function settings(...pairs: number[]): Uint8Array {
  const parts: (number | Uint8Array)[] = [];
  for (let i = 0; i + 1 < pairs.length; i += 2) parts.push(0, pairs[i] as number, uint32(pairs[i + 1] as number));
  return frame(4, 0, 0, bytesOf(...parts));
}

export const settingsAck: Uint8Array = frame(4, ACK, 0);

export function ping(text: string = "pingping", flags: number = 0): Uint8Array {
  return frame(6, flags, 0, ascii(text));
}

export function rst(streamId: number, code: number): Uint8Array {
  return frame(3, 0, streamId, uint32(code));
}

export function windowUpdate(streamId: number, increment: number): Uint8Array {
  return frame(8, 0, streamId, uint32(increment));
}

export function goaway(lastStreamId: number, code: number, debugData: string = ""): Uint8Array {
  return frame(7, 0, 0, bytesOf(uint32(lastStreamId), uint32(code), ascii(debugData)));
}

/** CONTINUATION, with END_HEADERS or without. */
export function continuation(streamId: number, fragment: Uint8Array, flags: number = END_HEADERS): Uint8Array {
  return frame(9, flags, streamId, fragment);
}

/** PRIORITY; the weight is one less than it means (RFC 7540 section 6.3). */
export function priority(streamId: number, dependency: number, weight: number = 255, exclusive = false): Uint8Array {
  return frame(2, 0, streamId, bytesOf(uint32(exclusive ? dependency + 0x8000_0000 : dependency), weight));
}

export function pushPromise(streamId: number, promisedId: number, list: HeaderList): Uint8Array {
  return frame(5, END_HEADERS, streamId, bytesOf(uint32(promisedId), block(list)));
}

/** What a client's connection begins with. */
export const preface: Uint8Array = ascii("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
