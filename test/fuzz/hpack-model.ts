import type { HeaderList } from "../../src/base/transport.js";
import { HpackDecoder } from "../../src/hpack/decoder.js";
import { HpackEncoder } from "../../src/hpack/encoder.js";
import { HeaderBlockWriter } from "../../src/hpack/header-block-writer.js";
import { ReferenceDecoder } from "../simulation/reference-hpack.js";
import type { SeededRandom } from "../simulation/seeded-random.js";
import { Finding, must } from "./finding.js";
import { type FuzzTarget, target } from "./target.js";

/** What happens to an encoder: the peer's table size changes, or a list is to be sent. */
type HpackStep =
  | { readonly tableBytes: number }
  | { readonly list: readonly string[]; readonly frozen: boolean; readonly secret: string | undefined };

const rule = "hpack";
const names: readonly string[] = [
  ":path",
  ":status",
  "content-type",
  "grpc-status",
  "grpc-timeout",
  "x-a",
  "x-b",
  "x-long-name-of-a-header",
  "authorization",
  "user-agent",
  "",
];
const listBytesMax = 400;
const fieldsMax = 8;
const tableSizes: readonly number[] = [0, 31, 32, 33, 40, 64, 100, 200, 1_000, 4_096, 8_192];

/** Encoder, decoder and a third party that knows only RFC 7541: all three must agree on lists and tables. */
export const hpackModel: FuzzTarget = target<HpackStep>({
  name: "hpack",
  about: "encoder and decoder against a plain model of the dynamic table",
  share: 1,

  make(random: SeededRandom): readonly HpackStep[] {
    const known: HpackStep[] = [];
    return Array.from({ length: random.int(1, 40) }, (): HpackStep => {
      if (random.chance(0.15)) return { tableBytes: random.pick(tableSizes) };
      if (known.length > 0 && random.chance(0.3)) return random.pick(known);
      const list = Array.from({ length: random.int(0, 6) }, () => field(random)).flat();
      const step = { list, frozen: random.chance(0.5), secret: random.chance(0.1) ? random.pick(names) : undefined };
      known.push(step);
      return step;
    });
  },

  run(steps: readonly HpackStep[], random: SeededRandom): void {
    const ourMaxBytes = random.pick([4_096, 4_096, 100, 65_536]);
    const encoder = new HpackEncoder({ tableSizeMax: ourMaxBytes });
    // The smallest limits that are of interest: lists that are refused must leave the tables alike all the same.
    const decoder = new HpackDecoder({ tableSizeMax: 8_192, headerListBytesMax: listBytesMax, fieldsMax });
    const reference = new ReferenceDecoder(8_192, 4_096);
    const frozenLists = new Map<HpackStep, HeaderList>();
    for (const step of steps) {
      if ("tableBytes" in step) {
        encoder.setPeerTableSize(step.tableBytes);
        continue;
      }
      const list = step.frozen ? (frozenLists.get(step) ?? Object.freeze([...step.list])) : [...step.list];
      frozenLists.set(step, list);
      const out = new HeaderBlockWriter();
      encoder.encode(list, step.secret === undefined ? undefined : new Set([step.secret]), out);
      const block = out.buffer.slice(0, out.length);
      compare(step.list, block, decoder, reference);
      compareTables(encoder, decoder, reference);
    }
  },
});

function field(random: SeededRandom): [string, string] {
  const length = random.chance(0.1) ? random.int(100, 4_100) : random.int(0, 12);
  const alphabet = random.pick(["ab", "0123456789", "aZ~\x7f\xff\0"]);
  let value = "";
  for (let i = 0; i < length; i++) value += random.pick([...alphabet]);
  return [random.pick(names), random.chance(0.4) ? random.pick(["200", "/", "0", "application/grpc"]) : value];
}

function compare(list: readonly string[], block: Uint8Array, decoder: HpackDecoder, reference: ReferenceDecoder): void {
  let expected: readonly string[];
  try {
    expected = reference.decode(block).flat();
  } catch (error) {
    throw new Finding(rule, `what we encode is no block of RFC 7541: ${(error as Error).message}`);
  }
  must(expected.join("\n") === list.join("\n"), rule, () => `${show(list)} was encoded as ${show(expected)}`);
  const decoded = decoder.decode(block, 0, block.length);
  const bytes = list.reduce((sum, text) => sum + text.length + 16, 0);
  const tooLarge = bytes > listBytesMax || list.length > 2 * fieldsMax;
  if (decoded === undefined) {
    must(decoder.failure?.kind === "tooLarge", rule, () => `our block is refused: ${decoder.failure?.message}`);
    must(tooLarge, rule, () => `a list within the limits is refused: ${show(list)}`);
    return;
  }
  must(!tooLarge, rule, () => `a list of ${bytes} bytes and ${list.length / 2} fields is taken`);
  must(decoded.join("\n") === list.join("\n"), rule, () => `${show(list)} was decoded as ${show(decoded)}`);
}

function compareTables(encoder: HpackEncoder, decoder: HpackDecoder, reference: ReferenceDecoder): void {
  const model = reference.entries.flat().join("\n");
  const size = reference.entries.reduce((sum, [name, value]) => sum + name.length + value.length + 32, 0);
  must(encoder.tableEntries().join("\n") === model, rule, () => "the encoder's table is not the model's");
  must(decoder.tableEntries().join("\n") === model, rule, () => "the decoder's table is not the model's");
  must(
    encoder.tableSizeBytes === size && decoder.tableSizeBytes === size,
    rule,
    () => "a table counts its size wrongly",
  );
}

function show(list: readonly string[]): string {
  return JSON.stringify(list).slice(0, 300);
}
