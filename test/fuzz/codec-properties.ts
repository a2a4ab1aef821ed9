import { codecChecks, type Delivery, deliveries } from "../../src/codec/differential.testing.js";
import type { SeededRandom } from "../simulation/seeded-random.js";
import { type FuzzTarget, target } from "./target.js";

/** One property, run a few times by fast-check from a seed; that makes its counterexamples smaller itself. */
interface CodecStep {
  readonly delivery: Delivery;
  readonly property: number;
  readonly seed: number;
}

const runsEach = 4;
const checks = new Map(deliveries.map((delivery) => [delivery, codecChecks(delivery)]));

/** The properties of `src/codec`, of which the unit tests run a few hundred, for as long as one likes. */
export const codecProperties: FuzzTarget = target<CodecStep>({
  name: "codec",
  about: "random and mutated messages of random schemas against protobuf-es",
  share: 1,

  make: (random: SeededRandom) => [
    { delivery: random.pick(deliveries), property: random.int(0, 2), seed: random.int(0, 0x7fff_ffff) },
  ],

  run(steps: readonly CodecStep[]): void {
    for (const { delivery, property, seed } of steps) {
      checks.get(delivery)?.[property]?.check({ seed, numRuns: runsEach });
    }
  },
});
