import { HpackDecoder } from "../../src/hpack/decoder.js";
import { HeaderBlockWriter } from "../../src/hpack/header-block-writer.js";
import { huffmanEncode, huffmanLength } from "../../src/hpack/huffman.js";
import { bytesOf, hpackInteger, hpackString } from "../../src/http2/frames.testing.js";
import { ReferenceDecoder } from "../simulation/reference-hpack.js";
import type { SeededRandom } from "../simulation/seeded-random.js";
import { must } from "./finding.js";
import { randomBytes } from "./mutate-frames.js";
import { type FuzzTarget, target } from "./target.js";

const rule = "hpack";
const tableBytesMax = 4_096;

/** What our decoder refuses and the plain one reads: it has no bounds. */
const stricter: readonly { readonly pattern: RegExp; readonly reason: string }[] = [
  { pattern: /over 2\^32-1 or of too many bytes/, reason: "RFC 7541 section 5.1 lets a decoder bound its integers" },
];

/** Blocks made by hand, right and wrong, to our decoder and to one that is plain: lists, tables and refusals must agree. */
export const hpackBlocks: FuzzTarget = target<Uint8Array>({
  name: "hpack-blocks",
  about: "made and mutated header blocks against a plain decoder",
  share: 1,

  make(random: SeededRandom): readonly Uint8Array[] {
    return Array.from({ length: random.int(1, 25) }, () => {
      const block = madeBlock(random);
      return random.chance(0.3) ? mutateBlock(block, random) : block;
    });
  },

  run(blocks: readonly Uint8Array[]): void {
    const decoder = new HpackDecoder({ tableSizeMax: tableBytesMax, headerListBytesMax: 1e9, fieldsMax: 1e6 });
    const reference = new ReferenceDecoder(tableBytesMax);
    for (const block of blocks) {
      const expected = attempt(reference, block);
      // Behind the block lie bytes that must not be read.
      const padded = bytesOf(0x82, block, 0x82, 0x82);
      const actual = decoder.decode(padded, 1, 1 + block.length);
      if (actual === undefined) {
        const message = decoder.failure?.message ?? "";
        const allowed = stricter.some(({ pattern }) => pattern.test(message));
        must(expected === undefined || allowed, rule, () => `only we refuse: ${message}`);
        return;
      }
      must(expected !== undefined, rule, () => `only the plain decoder refuses; we read ${JSON.stringify(actual)}`);
      must(
        actual.join("\n") === expected.join("\n"),
        rule,
        () => `${JSON.stringify(actual)} is not ${JSON.stringify(expected)}`,
      );
      const table = reference.entries.flat().join("\n");
      must(decoder.tableEntries().join("\n") === table, rule, () => "the tables differ");
    }
  },
});

function attempt(reference: ReferenceDecoder, block: Uint8Array): readonly string[] | undefined {
  try {
    return reference.decode(block).flat();
  } catch {
    return undefined;
  }
}

/** A block of any representations (RFC 7541 section 6); indexes point mostly at what there is. */
export function madeBlock(random: SeededRandom): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let i = random.chance(0.15) ? random.int(1, 2) : 0; i > 0; i--) {
    parts.push(hpackInteger(random.pick([0, 50, 100, 500, 4_096, 4_097]), 5, 0x20));
  }
  for (let i = random.int(0, 6); i > 0; i--) parts.push(madeField(random));
  return bytesOf(...parts);
}

/** A field in any representation; of the static table from `firstIndex` on. */
export function madeField(random: SeededRandom, firstIndex: number = 1): Uint8Array {
  if (random.chance(0.35))
    return hpackInteger(random.chance(0.5) ? random.int(firstIndex, 61) : random.int(62, 70), 7, 0x80);
  const [bits, pattern] = random.pick([
    [6, 0x40],
    [6, 0x40],
    [4, 0x00],
    [4, 0x10],
  ] as const);
  const index = random.chance(0.5) ? random.int(firstIndex, 66) : 0;
  const name = index === 0 ? [text(random)] : [];
  return bytesOf(hpackInteger(index, bits, pattern), ...name, text(random));
}

function text(random: SeededRandom): Uint8Array {
  const length = random.chance(0.1) ? random.int(30, 1_200) : random.int(0, 9);
  let chars = "";
  for (let i = 0; i < length; i++)
    chars += String.fromCharCode(random.chance(0.9) ? random.int(0x61, 0x66) : random.int(0, 255));
  if (random.chance(0.5)) return hpackString(chars);
  const out = new HeaderBlockWriter();
  const encoded = huffmanLength(chars);
  out.reserve(encoded);
  out.length = huffmanEncode(chars, out.buffer, out.length);
  return bytesOf(hpackInteger(encoded, 7, 0x80), out.buffer.subarray(0, out.length));
}

/** Changes a block in one place or a few. */
export function mutateBlock(block: Uint8Array, random: SeededRandom): Uint8Array {
  let bytes: Uint8Array = block.slice();
  for (let i = random.int(1, 3); i > 0; i--) {
    const at = random.int(0, Math.max(0, bytes.length - 1));
    const kind = random.int(0, 3);
    if (kind === 0 && bytes.length > 0) bytes[at] = (bytes[at] as number) ^ (1 << random.int(0, 7));
    else if (kind === 1)
      bytes = bytesOf(bytes.subarray(0, at), randomBytes(random, random.int(1, 4)), bytes.subarray(at));
    else if (kind === 2) bytes = bytesOf(bytes.subarray(0, at), bytes.subarray(at + random.int(1, 4)));
    else bytes = bytes.slice(0, random.int(0, bytes.length));
  }
  return bytes;
}
