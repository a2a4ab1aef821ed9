import assert from "node:assert/strict";
import { test } from "node:test";
import { timelinePointsMax, timelineStepMs } from "./limits.js";
import { Timeline } from "./timeline.js";

function countsOf(timeline: Timeline): number[] {
  return timeline.cells.map(({ latency, failed }) => latency.count + 10 * failed);
}

test("puts calls where they ended, failed ones apart", () => {
  const timeline = new Timeline();
  timeline.record(0, 1);
  timeline.record(timelineStepMs, 2);
  timeline.record(timelineStepMs + 1, undefined);
  assert.deepEqual(countsOf(timeline), [1, 11]);
});

test("has longer steps when the run is long, and loses nothing", () => {
  const timeline = new Timeline();
  for (let i = 0; i < 3 * timelinePointsMax; i++) timeline.record(i * timelineStepMs, 1);
  assert.equal(timeline.stepMs, 4 * timelineStepMs);
  assert.equal(timeline.cells.length, (3 * timelinePointsMax) / 4);
  assert.ok(countsOf(timeline).every((count) => count === 4));
});

test("adds one of longer and one of shorter steps", () => {
  const long = new Timeline();
  long.record(timelinePointsMax * timelineStepMs, 1);
  const short = new Timeline();
  short.record(timelineStepMs, undefined);
  const sums = [new Timeline(), new Timeline()] as const;
  sums[0].add(long.snapshot());
  sums[0].add(short.snapshot());
  sums[1].add(short.snapshot());
  sums[1].add(long.snapshot());
  for (const sum of sums) {
    assert.equal(sum.stepMs, 2 * timelineStepMs);
    assert.equal(sum.cells[0]?.failed, 1);
    assert.equal(sum.cells[timelinePointsMax / 2]?.latency.count, 1);
  }
});
