import { Status } from "../../src/base/status.js";
import { bytesOf, uint32 } from "../../src/http2/frames.testing.js";
import { MessageReader } from "../../src/message/message-reader.js";
import type { SeededRandom } from "../simulation/seeded-random.js";
import { Finding, must } from "./finding.js";
import { interestingNumber, randomBytes } from "./mutate-frames.js";
import { type FuzzTarget, target } from "./target.js";

const rule = "framing";
const prefixBytes = 5;
const messageBytesMax = 3_000;

/** A message as the model reads it, or what is wrong at this place. */
type Expected = { readonly flag: number; readonly bytes: Uint8Array } | { readonly code: Status };

/** Chunks of a stream of length-prefixed messages, to our reader and to one that has all bytes at once. */
export const framingModel: FuzzTarget = target<Uint8Array>({
  name: "framing",
  about: "length-prefixed messages at any cut, against a plain model",
  share: 0.5,

  make(random: SeededRandom): readonly Uint8Array[] {
    const parts: Uint8Array[] = [];
    for (let i = random.int(0, 12); i > 0; i--) {
      const length = random.chance(0.2) ? random.int(900, messageBytesMax + 1) : random.scale(1, 80) - 1;
      const flag = random.chance(0.03) ? random.pick([2, 3, 0x80, 0xff]) : random.int(0, 1);
      const announced = random.chance(0.03) ? interestingNumber(random) : length;
      parts.push(bytesOf(flag, uint32(announced), randomBytes(random, length)));
    }
    const bytes = bytesOf(...parts);
    const whole = random.chance(0.3) ? bytes.slice(0, random.int(0, bytes.length)) : bytes;
    return cut(whole, random);
  },

  run(chunks: readonly Uint8Array[]): void {
    const expected = model(bytesOf(...chunks));
    const reader = new MessageReader(messageBytesMax);
    let next = 0;
    let have = 0;
    for (const chunk of chunks) {
      have += chunk.length;
      // A view with foreign bytes around it: nothing beyond may be read.
      reader.push(bytesOf(0xee, chunk, 0xee).subarray(1, 1 + chunk.length));
      for (let more = true; more; ) more = take(reader, expected, () => next++);
    }
    finish(reader, chunks, expected, next, have);
  },
});

function cut(bytes: Uint8Array, random: SeededRandom): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  const most = random.pick([1, 5, 100, 5_000]);
  for (let at = 0; at < bytes.length; ) {
    const end = at + random.int(1, most);
    chunks.push(bytes.slice(at, end));
    at = end;
  }
  return chunks;
}

/** All messages of a stream, up to the first that is wrong or not whole. */
function model(bytes: Uint8Array): Expected[] {
  const found: Expected[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; bytes.length - at >= prefixBytes; ) {
    const flag = view.getUint8(at);
    const length = view.getUint32(at + 1);
    if (flag > 1) return [...found, { code: Status.INTERNAL }];
    if (length > messageBytesMax) return [...found, { code: Status.RESOURCE_EXHAUSTED }];
    const end = at + prefixBytes + length;
    if (end > bytes.length) break;
    found.push({ flag, bytes: bytes.subarray(at + prefixBytes, end) });
    at = end;
  }
  return found;
}

/** Takes one message; false when there is none. */
function take(reader: MessageReader, expected: readonly Expected[], count: () => number): boolean {
  let message: Uint8Array | undefined;
  try {
    message = reader.next()?.view();
  } catch (error) {
    const { code } = error as { code?: Status };
    const wanted = expected.at(-1);
    must(wanted !== undefined && "code" in wanted && wanted.code === code, rule, () => `failed with ${String(error)}`);
    return false;
  }
  if (message === undefined) return false;
  const place = count();
  const wanted = expected[place];
  if (wanted === undefined || "code" in wanted)
    throw new Finding(rule, `message ${place} is there too early or not due`);
  must(Buffer.compare(message, wanted.bytes) === 0, rule, () => `message ${place} is not what was sent`);
  must(reader.lastCompressed === (wanted.flag === 1), rule, () => `message ${place} has the wrong flag`);
  return true;
}

function finish(
  reader: MessageReader,
  chunks: readonly Uint8Array[],
  expected: readonly Expected[],
  taken: number,
  have: number,
): void {
  const last = expected.at(-1);
  const failed = last !== undefined && "code" in last;
  const due = expected.length - (failed ? 1 : 0);
  must(taken === due, rule, () => `${taken} messages of ${due}`);
  const used = expected.reduce((sum, one) => sum + ("code" in one ? 0 : one.bytes.length + prefixBytes), 0);
  const whole = !failed && used === have;
  must(reader.isIdle === whole, rule, () => `idle: ${reader.isIdle}`);
  const end = reader.finish();
  must((end === undefined) === whole, rule, () => `the end of ${chunks.length} chunks is told as ${String(end)}`);
  if (failed) must(end?.code === last.code, rule, () => `the failure changed to ${String(end)}`);
}
