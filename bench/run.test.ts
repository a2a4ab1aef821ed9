import assert from "node:assert/strict";
import { test } from "node:test";
import { Peer, type Programs } from "./peer.js";
import type { Row } from "./rows/row.js";
import { type Pace, runRow, runRows } from "./run.js";

const pace: Pace = { rounds: 3, durationMs: 1, warmUpMs: 2, newWarmUpMs: 5, quick: true };
const tls = { ca: "", cert: "", key: "", remove: () => {} };
const server = { program: "nothing", args: [] };

function peerOf(name: string, programs: Partial<Programs> = {}): Peer {
  return new Peer({ name, speaks: "grpc", own: name === "a" }, { version: "1", server, ...programs }, tls);
}

function rowOf(more: Partial<Row>): Row {
  const figure = { name: "row", title: "row", unit: "calls/s", better: "higher", targets: [] } as const;
  return { name: "row", group: "pair", figures: [figure], speaks: ["grpc"], measure: async () => [1], ...more };
}

test("all warm up, then rounds go in turns, and the median is kept", async () => {
  const seen: string[] = [];
  let value = 0;
  const row = rowOf({
    measure: async ({ name }, { durationMs, warmUp }) => {
      seen.push(`${name} ${durationMs} ${warmUp}`);
      return [++value];
    },
  });
  const [line] = await runRow(row, [peerOf("a"), peerOf("b")], { ...pace, quick: false }, () => {});
  const round = ["a 1 false", "b 1 false"];
  assert.deepEqual(seen, ["a 2 true", "b 2 true", ...round, ...round, ...round]);
  assert.deepEqual(line?.summaries.get("a")?.rounds, [3, 5, 7]);
  assert.equal(line?.summaries.get("b")?.median, 6);
});

test("a peer that fails is named, and the others go on", async () => {
  let rounds = 0;
  const row = rowOf({
    measure: async ({ name }, { warmUp }) => {
      if (name === "b" && !warmUp && ++rounds === 2) throw new Error("wrong answer");
      return [1];
    },
  });
  const [line] = await runRow(row, [peerOf("a"), peerOf("b")], pace, () => {});
  assert.equal(line?.summaries.get("a")?.rounds.length, 3);
  assert.equal(line?.summaries.has("b"), false);
  assert.deepEqual([...line!.failures], [["b", "b: wrong answer"]]);
});

test("peers without what a row needs do not take part; rows that cannot run are passed over", async () => {
  const rows = [rowOf({ needs: "client" }), rowOf({ leftOut: "not here" }), rowOf({ speaks: ["tcp"] })];
  const lines = await runRows(rows, [peerOf("a", { client: server }), peerOf("b")], pace, () => {});
  assert.deepEqual(
    lines.map(({ summaries }) => [...summaries.keys()]),
    [["a"]],
  );
});

test("a row may take fewer rounds, and leave a figure out", async () => {
  const figure = rowOf({}).figures[0]!;
  const row = rowOf({
    roundsMax: 1,
    warmsUp: false,
    figures: [figure, { ...figure, name: "second" }],
    measure: async () => [1, Number.NaN],
  });
  const lines = await runRow(row, [peerOf("a")], pace, () => {});
  assert.deepEqual(
    lines.map(({ figure: { name }, summaries }) => [name, summaries.get("a")?.rounds]),
    [["row", [1]]],
  );
});

test("a process that has just been started warms up longer", async () => {
  const seen: number[] = [];
  const row = rowOf({
    measure: async (peer, { durationMs, warmUp }) => {
      if (warmUp) seen.push(durationMs);
      if (seen.length === 1) peer.started++;
      return [1];
    },
  });
  const peer = peerOf("a");
  await runRow(row, [peer], pace, () => {});
  assert.deepEqual(seen, [2, 5]);
  await runRow(row, [peer], pace, () => {});
  assert.deepEqual(seen, [2, 5, 2]);
});

test("a quick run of a slow row has ours and those that the targets name, once", async () => {
  const targets = [{ kind: "ratio", peer: "b", factor: 1 }] as const;
  const row = rowOf({ slow: true, warmsUp: false, figures: [{ ...rowOf({}).figures[0]!, targets }] });
  const peers = ["a", "b", "c"].map((name) => peerOf(name));
  const [quick] = await runRow(row, peers, pace, () => {});
  assert.deepEqual(
    [...quick!.summaries].map(([name, { rounds }]) => [name, rounds.length]),
    [
      ["a", 1],
      ["b", 1],
    ],
  );
  const [full] = await runRow(row, peers, { ...pace, quick: false }, () => {});
  assert.deepEqual(
    [...full!.summaries].map(([name, { rounds }]) => [name, rounds.length]),
    [
      ["a", 3],
      ["b", 3],
      ["c", 3],
    ],
  );
});
