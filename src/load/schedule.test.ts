import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { makeSchedule, type Ramp } from "./schedule.js";

function countUntil(schedule: (index: number) => number, ms: number): number {
  let index = 0;
  while (schedule(index) < ms) index++;
  return index;
}

test("a fixed rate spreads calls evenly", () => {
  const schedule = makeSchedule({ perSecond: 250 });
  assert.deepEqual([0, 1, 2, 250].map(schedule), [0, 4, 8, 1_000]);
});

test("a linear ramp makes the calls under its line, then goes on at the rate", () => {
  const schedule = makeSchedule({ perSecond: 300, ramp: { kind: "linear", fromPerSecond: 100, overMs: 2_000 } });
  // The mean of the first second is 150/s, of the second 250/s.
  assert.equal(countUntil(schedule, 1_000), 150);
  assert.equal(countUntil(schedule, 2_000), 400);
  assert.equal(countUntil(schedule, 3_000), 700);
});

test("a ramp may begin at nothing, and lead down", () => {
  const up = makeSchedule({ perSecond: 100, ramp: { kind: "linear", fromPerSecond: 0, overMs: 1_000 } });
  assert.equal(up(0), 0);
  assert.equal(countUntil(up, 1_000), 50);
  const down = makeSchedule({ perSecond: 10, ramp: { kind: "linear", fromPerSecond: 90, overMs: 1_000 } });
  assert.equal(countUntil(down, 1_000), 50);
  assert.equal(countUntil(down, 2_000), 60);
});

test("steps hold each rate for its time", () => {
  const ramp: Ramp = { kind: "steps", fromPerSecond: 100, stepPerSecond: 100, eachMs: 1_000 };
  const schedule = makeSchedule({ perSecond: 250, ramp });
  const counts = [1, 2, 3, 4].map((second) => countUntil(schedule, second * 1_000));
  assert.deepEqual(counts, [100, 300, 550, 800]);
});

test("starts never go back in time", () => {
  const rate = fc.integer({ min: 1, max: 5_000 });
  const ramp = fc.oneof(
    fc.record({
      kind: fc.constant("linear" as const),
      fromPerSecond: rate,
      overMs: fc.integer({ min: 1, max: 5_000 }),
    }),
    fc.record({
      kind: fc.constant("steps" as const),
      fromPerSecond: rate,
      stepPerSecond: fc.integer({ min: 10, max: 900 }),
      eachMs: fc.integer({ min: 1, max: 1_000 }),
    }),
  );
  fc.assert(
    fc.property(rate, ramp, (perSecond, form) => {
      const schedule = makeSchedule({ perSecond, ramp: form });
      for (let i = 1; i < 500; i++) assert.ok(schedule(i) >= schedule(i - 1), `${i}`);
    }),
  );
});

test("refuses what cannot be", () => {
  assert.throws(() => makeSchedule({ perSecond: 0 }), /above 0/);
  const steps = { kind: "steps", fromPerSecond: 1, stepPerSecond: 1, eachMs: 1 } as const;
  assert.throws(() => makeSchedule({ perSecond: 1e9, ramp: steps }), /at most 10000 steps/);
  assert.throws(() => makeSchedule({ perSecond: 5, ramp: { ...steps, eachMs: 0 } }), /above 0/);
  assert.throws(
    () => makeSchedule({ perSecond: 5, ramp: { kind: "linear", fromPerSecond: 1, overMs: 0 } }),
    /some time/,
  );
});
