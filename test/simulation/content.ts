import type { Clock, Compression } from "../../src/index.js";
import { RpcError, Status } from "../../src/index.js";
import type { CallPlan } from "./call-plan.js";
import { SeededRandom } from "./seeded-random.js";

export type Direction = "request" | "response";

/** Bytes of which all bodies are parts. Runs of equal bytes are in it, for the compression. */
const material: Uint8Array = makeMaterial();

function makeMaterial(): Uint8Array {
  const bytes = new Uint8Array(1_048_576);
  const random = new SeededRandom(1);
  for (let at = 0; at < bytes.length; ) {
    const value = random.int(0, 255);
    const end = at + (random.chance(0.1) ? random.int(1, 300) : 1);
    bytes.fill(value, at, end);
    at = end;
  }
  return bytes;
}

/** The body that a message must have: follows from where it belongs, so that each can be known when it comes. */
export function bodyOf(call: number, direction: Direction, sequence: number, byteCount: number): Uint8Array {
  const place = Math.imul(call * 64 + sequence * 2 + (direction === "request" ? 0 : 1), 0x9e37_79b1) >>> 0;
  const start = place % (material.length - byteCount);
  return material.subarray(start, start + byteCount);
}

/** Metadata that both sides add: of many names, each call some, so that tables of headers fill and evict. */
export function extraMetadata({
  id,
  metadataBytes,
}: Pick<CallPlan, "id" | "metadataBytes">): [name: string, value: string][] {
  if (metadataBytes === 0) return [];
  const count = 1 + (id % 5);
  return Array.from({ length: count }, (_, index) => {
    const text = `${id} and ${index} of ${metadataBytes} `;
    const length = Math.ceil(metadataBytes / count);
    return [
      `sim-extra-${(id * 7 + index * 13) % 60}`,
      text
        .repeat(Math.ceil(length / text.length))
        .slice(0, length)
        .trim(),
    ];
  });
}

/**
 * Runs of equal bytes as count and byte. Node's own would work on threads, whose order no seed decides; this one answers
 * at once or after simulated time, as the bytes say.
 */
export function simulatedCompression(clock: Clock): Compression {
  const answer = (bytes: Uint8Array): Uint8Array | Promise<Uint8Array> => {
    if (bytes.length % 3 !== 0) return bytes;
    return new Promise((resolve) => clock.setTimer(bytes.length % 7, () => resolve(bytes)));
  };
  return {
    name: "runs",
    compress: (bytes) => answer(packRuns(bytes)),
    decompress: (bytes, maxBytes) => answer(unpackRuns(bytes, maxBytes)),
  };
}

function packRuns(bytes: Uint8Array): Uint8Array {
  const packed = new Uint8Array(2 * bytes.length);
  let to = 0;
  for (let at = 0; at < bytes.length; ) {
    let count = 1;
    while (count < 255 && bytes[at + count] === bytes[at]) count++;
    packed[to++] = count;
    packed[to++] = bytes[at] as number;
    at += count;
  }
  return packed.slice(0, to);
}

function unpackRuns(bytes: Uint8Array, maxBytes: number): Uint8Array {
  let length = 0;
  for (let at = 0; at < bytes.length; at += 2) length += bytes[at] as number;
  if (bytes.length % 2 !== 0) throw new RpcError(Status.INTERNAL, "runs that are cut off");
  if (length > maxBytes) throw new RpcError(Status.RESOURCE_EXHAUSTED, `${length} bytes, more than ${maxBytes}`);
  const whole = new Uint8Array(length);
  for (let at = 0, to = 0; at < bytes.length; at += 2) {
    const count = bytes[at] as number;
    whole.fill(bytes[at + 1] as number, to, to + count);
    to += count;
  }
  return whole;
}

/** Waits in simulated time. */
export function sleep(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => clock.setTimer(ms, resolve));
}
