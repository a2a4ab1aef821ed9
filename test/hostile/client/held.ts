import { headers } from "../../../src/http2/frames.testing.js";
import { okHead } from "../../specification/grpc/raw-server.testing.js";
import { type ClientAttack, mebibyte } from "../attack.js";
import { expectEnds } from "../stage.js";
import { WindowFollower } from "../window-follower.js";

const unlimited = 1e12;
const calls = 60;
/** The prefix of a message of 4 MiB, the largest that is taken. */
const largest = Uint8Array.of(0, 0, 0x40, 0, 0);

export const heldAttacks: readonly ClientAttack[] = [
  {
    name: "messages of 4 MiB but for a byte on 60 streams",
    vector: "unfinished",
    role: "client",
    guard: "maxHeldMessageBytes, here 16 MiB: large messages come in one after the other",
    victim: { limits: { maxHeldMessageBytes: 16 * mebibyte } },
    unguarded: { limits: { maxHeldMessageBytes: unlimited, maxTotalHeldMessageBytes: unlimited } },
    bounds: { heldBytes: 22 * mebibyte, rssPeakBytes: 160 * mebibyte },
    async run(stage) {
      const ends = stage.call({ method: "serverStream", count: calls, timeoutMs: 6_000 });
      const attacker = await stage.accept();
      const follower = new WindowFollower(attacker);
      const ids: number[] = [];
      while (ids.length < calls) ids.push((await attacker.frame("a request", ({ type }) => type === 1)).streamId);
      attacker.send(...ids.map((id) => headers(id, okHead)));
      await follower.send(ids, 4 * mebibyte - 1, largest);
      const held = await stage.hold();
      if (held > 22 * mebibyte) throw new Error(`${Math.round(held / 1024)} KiB were held`);
      return expectEnds(ends, "DEADLINE_EXCEEDED", "RESOURCE_EXHAUSTED");
    },
  },
];
