import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Histogram } from "./histogram.js";

/** The value at the rank that a percentile stands for, found by sorting. */
function exactPercentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(Number(((percent / 100) * sorted.length).toPrecision(12))) - 1)] as number;
}

const duration = fc.double({ min: 0.001, max: 8_000_000, noNaN: true });

test("percentiles are within 0.5 % of the exact ones, at all scales", () => {
  fc.assert(
    fc.property(fc.array(duration, { minLength: 1, maxLength: 200 }), (values) => {
      const histogram = new Histogram();
      for (const value of values) histogram.record(value);
      for (const percent of [0, 1, 50, 90, 99, 99.9, 100]) {
        const exact = exactPercentile(values, percent);
        const found = histogram.percentileMs(percent);
        assert.ok(Math.abs(found - exact) <= exact * 0.005, `${percent} %: ${found} is not ${exact}`);
      }
    }),
  );
});

test("merging through snapshots gives what recording into one gives", () => {
  fc.assert(
    fc.property(fc.array(duration), fc.array(duration), (one, other) => {
      const whole = new Histogram();
      const parts = [new Histogram(), new Histogram()] as const;
      for (const value of one) parts[0].record(value);
      for (const value of other) parts[1].record(value);
      for (const value of [...one, ...other]) whole.record(value);
      const merged = new Histogram();
      for (const part of parts) merged.add(JSON.parse(JSON.stringify(part.snapshot())));
      assert.deepEqual(merged.snapshot().pairs, whole.snapshot().pairs);
      assert.equal(merged.count, whole.count);
      assert.deepEqual([merged.minMs, merged.maxMs], [whole.minMs, whole.maxMs]);
      assert.ok(Math.abs(merged.meanMs - whole.meanMs) <= 1e-9 * whole.meanMs);
    }),
  );
});

test("knows count, bounds, mean and deviation", () => {
  const histogram = new Histogram();
  assert.deepEqual([histogram.minMs, histogram.maxMs, histogram.meanMs, histogram.percentileMs(99)], [0, 0, 0, 0]);
  assert.deepEqual(histogram.bars(4), []);
  for (const value of [2, 4, 4, 4, 5, 5, 7, 9]) histogram.record(value);
  assert.deepEqual([histogram.minMs, histogram.maxMs, histogram.meanMs], [2, 9, 5]);
  assert.ok(Math.abs(histogram.deviationMs - 2) < 1e-9);
  histogram.record(-1);
  assert.equal(histogram.minMs, 0);
});

test("counts what is longer than it can tell apart, with the maximum exact", () => {
  const histogram = new Histogram();
  histogram.record(1e9);
  assert.deepEqual([histogram.count, histogram.maxMs, histogram.percentileMs(50)], [1, 1e9, 1e9]);
});

test("bars hold every value once", () => {
  fc.assert(
    fc.property(fc.array(duration, { minLength: 1 }), (values) => {
      const histogram = new Histogram();
      for (const value of values) histogram.record(value);
      const bars = histogram.bars(10);
      assert.equal(
        bars.reduce((sum, { count }) => sum + count, 0),
        values.length,
      );
      assert.ok(bars.length <= 11);
    }),
  );
});

test("refuses to add another precision", () => {
  assert.throws(() => new Histogram(4).add(new Histogram().snapshot()), /precision/);
});
