import assert from "node:assert/strict";
import { test } from "node:test";
import { SimulatedClock } from "../testing/simulated-clock.js";
import { IdleTimer } from "./idle-timer.js";

test("tells once that nothing happened for so long, and sets one timer only", () => {
  const clock = new SimulatedClock();
  let told = 0;
  const timer = new IdleTimer(clock, 1000, () => told++);
  timer.quiet();
  clock.advance(900);
  timer.busy();
  timer.quiet();
  assert.equal(clock.pendingTimers, 1);
  clock.advance(999);
  assert.equal(told, 0);
  clock.advance(1);
  assert.equal(told, 1);
  clock.advance(10_000);
  assert.equal(told, 1);
});

test("waits for the last millisecond too", () => {
  const clock = new SimulatedClock();
  let told = 0;
  const timer = new IdleTimer(clock, 1000, () => told++);
  timer.quiet();
  clock.advance(1);
  timer.quiet();
  clock.advance(999);
  assert.equal(told, 0);
  clock.advance(1);
  assert.equal(told, 1);
});

test("says nothing while calls are under way, after a stop, or when it is turned off", () => {
  const clock = new SimulatedClock();
  let told = 0;
  const timer = new IdleTimer(clock, 1000, () => told++);
  timer.quiet();
  timer.busy();
  clock.advance(10_000);
  timer.quiet();
  clock.advance(999);
  timer.stop();
  clock.advance(10_000);
  const never = new IdleTimer(clock, Number.POSITIVE_INFINITY, () => told++);
  never.quiet();
  clock.advance(1e12);
  assert.equal(told, 0);
});
