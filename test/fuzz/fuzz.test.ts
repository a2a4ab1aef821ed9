import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { SeededRandom } from "../simulation/seeded-random.js";
import { must } from "./finding.js";
import { runTarget } from "./run-target.js";
import { type FuzzTarget, target } from "./target.js";
import { targets } from "./targets.js";

/** Always these, so that a red run is red again. */
const firstSeed = 1;
/** Inputs of each target; fewer where one costs much, none where it has unit tests of its own, or needs another process or sockets. */
const usual = 40;
const counts: { readonly [name: string]: number } = {
  codec: 0,
  sockets: 0,
  proto: 10,
  "diff-server": 0,
  "diff-client": 0,
  "diff-hpack": 0,
};

const bounds = { firstSeed, secondsMax: 30, findingsMax: 1 };

describe("fuzzing", () => {
  for (const one of targets) {
    const countMax = counts[one.name] ?? usual;
    if (countMax === 0) continue;
    it(`finds nothing: ${one.about}`, { timeout: 60_000 }, async () => {
      const { findings, inputs } = await runTarget(one, { ...bounds, countMax }, () => undefined);
      assert.deepEqual(findings, []);
      assert.equal(inputs, countMax);
    });
  }
});

/** Breaks a rule when both a 3 and an 8 are among its numbers. */
const picky: FuzzTarget = target<number>({
  name: "picky",
  about: "for the tests of the runner",
  share: 1,
  make: (random) => Array.from({ length: 30 }, () => random.int(0, 9)),
  simpler: (step) => (step === 8 ? [4, 9] : []),
  run(steps) {
    must(!(steps.includes(3) && (steps.includes(8) || steps.includes(9))), "picky", () => "a 3 and a large one");
  },
});

describe("the runner", () => {
  it("gives the smallest input, and the seed that gives it again", async () => {
    const { findings, inputs } = await runTarget(picky, { ...bounds, countMax: 10 }, () => undefined);
    const [finding] = findings;
    assert.ok(finding !== undefined && inputs <= 10);
    assert.equal(finding.message, "picky: a 3 and a large one");
    assert.deepEqual([...finding.input].sort(), ["3", "9"]);
    const again = await picky.make(new SeededRandom(finding.seed));
    assert.throws(() => picky.run(again, new SeededRandom(finding.seed)), /picky/);
  });
});
