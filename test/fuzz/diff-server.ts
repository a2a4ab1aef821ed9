import type { SeededRandom } from "../simulation/seeded-random.js";
import { changed, describeFrames, requestFrames, withPreface } from "./diff-input.js";
import { must } from "./finding.js";
import { knownServerDifferences, reasonFor } from "./known-differences-table.js";
import { askNode } from "./node-peer.js";
import { askOurServer } from "./our-ends.js";
import { type FuzzTarget, target } from "./target.js";
import { verdictOfServer } from "./verdict.js";

/** The same bytes to our HTTP/2 server and to Node's, whose handlers answer the same. */
export const diffServer: FuzzTarget = target<Uint8Array>({
  name: "diff-server",
  about: "the same bytes to our server and to that of node:http2",
  share: 1.5,

  make: (random: SeededRandom) => changed(requestFrames(random), random),

  async run(frames: readonly Uint8Array[]): Promise<void> {
    const chunks = withPreface(frames);
    const ours = askOurServer(chunks);
    const node = await askNode("server", 0, chunks);
    if (node === undefined) return;
    const our = verdictOfServer(ours.frames, ours.closed);
    const theirs = verdictOfServer(node.frames, node.closed);
    const text = describeFrames(frames);
    const seen = { text, frames, ours: our, theirs, our: "", their: "" };
    const connection = compare(our.connection, theirs.connection);
    must(
      connection === undefined || reasonFor(knownServerDifferences, "connection", seen) !== undefined,
      "difference",
      () => `our connection is ${our.connection}, Node's ${theirs.connection}: ${text}`,
    );
    // Where one connection is over, what the other one says of its streams has no counterpart.
    if (our.connection !== "open" || theirs.connection !== "open") return;
    for (const id of new Set([...our.streams.keys(), ...theirs.streams.keys()])) {
      const one = our.streams.get(id) ?? "silent";
      const other = theirs.streams.get(id) ?? "silent";
      must(
        compare(one, other) === undefined ||
          reasonFor(knownServerDifferences, "stream", { ...seen, our: one, their: other }, id) !== undefined,
        "difference",
        () => `our stream ${id} is ${one}, Node's ${other}: ${text}`,
      );
    }
  },
});

function compare(one: string, other: string): string | undefined {
  return kind(one) === kind(other) ? undefined : `${one}, ${other}`;
}

function kind(verdict: string): string {
  return verdict === "open" || verdict === "answered" || verdict === "silent" ? verdict : "error";
}
