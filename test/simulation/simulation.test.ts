import assert from "node:assert/strict";
import { test } from "node:test";
import { regressionSeeds } from "./regression-seeds.js";
import { simulate } from "./simulation.js";

/** The same in each run of the gate: fresh ones are the work of `npm run simulate`. */
const seedCount = 50;

test(`nothing that must hold breaks in ${seedCount} seeds`, async () => {
  let calls = 0;
  for (let seed = 1; seed <= seedCount; seed++) {
    const result = await simulate(seed);
    assert.equal(result.violation, undefined, `npm run simulate -- --seed ${seed}: ${result.violation?.message}`);
    calls += result.calls;
  }
  assert.ok(calls > seedCount);
});

for (const { seed, reason } of regressionSeeds) {
  test(`seed ${seed} does not fail again: ${reason}`, async () => {
    const { violation } = await simulate(seed);
    assert.equal(violation, undefined, violation?.message);
  });
}

test("a seed runs the same way each time, and others run another way", async () => {
  const first = await simulate(3);
  const second = await simulate(3);
  const other = await simulate(4);
  assert.equal(second.hash, first.hash);
  assert.equal(second.events, first.events);
  assert.notEqual(other.hash, first.hash);
});
