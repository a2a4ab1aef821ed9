/** What is on the wire of an Echo call, for programs that have no gRPC: the harness's own load, and bare peers. */

export const servicePath = "/peregrine.test.Echo";

const payloadTag = 0x0a;
const countTag = 0x18;

function varint(value: number): number[] {
  const bytes: number[] = [];
  for (let left = value; ; left = Math.floor(left / 128)) {
    if (left < 128) return [...bytes, left];
    bytes.push((left % 128) + 128);
  }
}

/** A gRPC message: not compressed, its length, and the message. */
export function frame(message: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(5 + message.length);
  new DataView(bytes.buffer).setUint32(1, message.length);
  bytes.set(message, 5);
  return bytes;
}

/** An EchoRequest, or an EchoResponse, which is the same with index 0. */
export function encodeEcho(payload: Uint8Array, count: number = 0): Uint8Array {
  const head = [payloadTag, ...varint(payload.length)];
  const tail = count === 0 ? [] : [countTag, ...varint(count)];
  const bytes = new Uint8Array(head.length + payload.length + tail.length);
  bytes.set(head, 0);
  bytes.set(payload, head.length);
  bytes.set(tail, head.length + payload.length);
  return bytes;
}

/** An EchoSummary. */
export function encodeSummary(count: number, payloadBytes: number): Uint8Array {
  return Uint8Array.from([0x08, ...varint(count), 0x10, ...varint(payloadBytes)]);
}

function readVarint(bytes: Uint8Array, start: number): { value: number; next: number } {
  let value = 0;
  for (let i = start, factor = 1; ; i++, factor *= 128) {
    const byte = bytes[i];
    if (byte === undefined) throw new Error("a message ends within a number");
    value += (byte & 127) * factor;
    if (byte < 128) return { value, next: i + 1 };
  }
}

/** Payload and count of an EchoRequest or EchoResponse that has no other fields; `count` of a response is its index. */
export function decodeEcho(message: Uint8Array): { payload: Uint8Array; count: number } {
  let payload: Uint8Array = new Uint8Array(0);
  let count = 0;
  for (let offset = 0; offset < message.length; ) {
    const { value, next } = readVarint(message, offset + 1);
    if (message[offset] === payloadTag) {
      payload = new Uint8Array(message.buffer, message.byteOffset + next, value);
      offset = next + value;
    } else {
      count = value;
      offset = next;
    }
  }
  return { payload, count };
}

/** The first field, `count`, of an EchoSummary. */
export function decodeSummaryCount(message: Uint8Array): number {
  return message.length === 0 ? 0 : readVarint(message, 1).value;
}

/** Cuts received bytes into gRPC messages, whatever the chunks are. */
export class MessageCutter {
  readonly #onMessage: (message: Uint8Array) => void;
  #rest: Buffer[] = [];
  #bytes = 0;
  #wanted = 5;

  constructor(onMessage: (message: Uint8Array) => void) {
    this.#onMessage = onMessage;
  }

  push(chunk: Buffer): void {
    this.#rest.push(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes < this.#wanted) return;
    const all = this.#rest.length === 1 ? chunk : Buffer.concat(this.#rest, this.#bytes);
    let offset = 0;
    for (;;) {
      const left = all.length - offset;
      this.#wanted = left < 5 ? 5 : 5 + all.readUInt32BE(offset + 1);
      if (left < this.#wanted) break;
      this.#onMessage(all.subarray(offset + 5, offset + this.#wanted));
      offset += this.#wanted;
    }
    this.#bytes = all.length - offset;
    this.#rest = this.#bytes === 0 ? [] : [all.subarray(offset)];
  }
}
