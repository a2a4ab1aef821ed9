import { bytesOf, frame, hpackInteger, hpackString, settings, settingsAck } from "../../src/http2/frames.testing.js";
import type { SeededRandom } from "../simulation/seeded-random.js";
import { withPreface } from "./diff-input.js";
import { must } from "./finding.js";
import { madeField, mutateBlock } from "./hpack-blocks.js";
import { isOdd } from "./known-differences-table.js";
import { askNode } from "./node-peer.js";
import { askOurServer } from "./our-ends.js";
import { type FuzzTarget, target } from "./target.js";
import { verdictOfServer } from "./verdict.js";

const rule = "hpack";

/**
 * Header blocks to our decoder and to that of nghttp2, which Node has: both refuse one, or both read the same fields. The
 * requests are told apart by their paths; those that only one of the two takes, for what their fields are, say nothing here.
 */
export const diffHpack: FuzzTarget = target<Uint8Array>({
  name: "diff-hpack",
  about: "made and mutated header blocks to our decoder and to nghttp2",
  share: 1,

  make(random: SeededRandom): readonly Uint8Array[] {
    return Array.from({ length: random.int(1, 12) }, (_, place) => {
      const updates = random.chance(0.1) ? [hpackInteger(random.pick([0, 60, 200, 4_096, 4_097]), 5, 0x20)] : [];
      const pseudo = [":method", "POST", ":scheme", "http", ":authority", "x", ":path", `/${place}`];
      const fields: Uint8Array[] = [];
      for (let i = 0; i < pseudo.length; i += 2) {
        const pattern = random.pick([0x00, 0x40]);
        fields.push(bytesOf(pattern, hpackString(pseudo[i] as string), hpackString(pseudo[i + 1] as string)));
      }
      for (let i = random.int(0, 5); i > 0; i--) fields.push(madeField(random, 15));
      const block = bytesOf(...updates, ...fields);
      return random.chance(0.15) ? mutateBlock(block, random) : block;
    });
  },

  async run(blocks: readonly Uint8Array[]): Promise<void> {
    const frames = blocks.map((block, place) => frame(1, 5, 2 * place + 1, block));
    const chunks = withPreface([settings(), settingsAck, ...frames]);
    const ours = askOurServer(chunks);
    const node = await askNode("server", 0, chunks);
    if (node === undefined) return;
    const our = verdictOfServer(ours.frames, ours.closed).connection;
    const their = verdictOfServer(node.frames, node.closed).connection;
    must((our === "open") === (their === "open"), rule, () => `our connection is ${our}, Node's ${their}`);
    const byPath = new Map(ours.lists.map((list) => [pathOf(list), withoutOdd(list).join("\n")]));
    for (const list of node.lists) {
      const path = pathOf(list);
      const mine = byPath.get(path);
      const theirs = list.join("\n");
      must(
        mine === undefined || mine === theirs,
        rule,
        () => `${path}: ${JSON.stringify(mine)} is for Node ${JSON.stringify(theirs)}`,
      );
    }
  },
});

/** nghttp2 leaves fields out that RFC 9110 does not allow: that says nothing of HPACK. */
function withoutOdd(list: readonly string[]): string[] {
  return list.filter((_, at) => {
    const name = list[at & ~1] as string;
    return name.startsWith(":") || !isOdd([name, list[at | 1] as string]);
  });
}

function pathOf(list: readonly string[]): string {
  return list[list.indexOf(":path") + 1] ?? "";
}
