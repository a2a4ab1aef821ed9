import type { SeededRandom } from "../simulation/seeded-random.js";
import { changed, describeFrames, responseFrames } from "./diff-input.js";
import { must } from "./finding.js";
import { knownClientDifferences, reasonFor } from "./known-differences-table.js";
import { askNode } from "./node-peer.js";
import { askOurClient } from "./our-ends.js";
import { type FuzzTarget, target } from "./target.js";
import { verdictOfServer } from "./verdict.js";

const requestCount = 4;

/** The same bytes to our HTTP/2 client and to Node's, which have made the same requests. */
export const diffClient: FuzzTarget = target<Uint8Array>({
  name: "diff-client",
  about: "the same bytes to our client and to that of node:http2",
  share: 1.5,

  make: (random: SeededRandom) => changed(responseFrames(random, requestCount), random),

  async run(frames: readonly Uint8Array[]): Promise<void> {
    const ours = askOurClient(requestCount, frames);
    const node = await askNode("client", requestCount, frames);
    if (node === undefined) return;
    const { connection } = verdictOfServer(ours.frames, ours.closed);
    const our = { connection, streams: new Map(ours.requests.map((outcome, at) => [2 * at + 1, outcome])) };
    const theirs = verdictOfServer(node.frames, node.closed);
    const text = describeFrames(frames);
    const seen = { text, frames, ours: our, theirs, our: "", their: "" };
    const same = (our.connection === "open") === (theirs.connection === "open");
    must(
      same || reasonFor(knownClientDifferences, "connection", seen) !== undefined,
      "difference",
      () => `our connection is ${our.connection}, Node's ${theirs.connection}: ${text}`,
    );
    if (our.connection !== "open" || theirs.connection !== "open") return;
    ours.requests.forEach((outcome, at) => {
      const other = node.requests[at] ?? "silent";
      const id = 2 * at + 1;
      must(
        outcome === other ||
          reasonFor(knownClientDifferences, "stream", { ...seen, our: outcome, their: other }, id) !== undefined,
        "difference",
        () => `our request ${id} is ${outcome}, Node's ${other}: ${text}`,
      );
    });
  },
});
