import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { SimulatedClock } from "./simulated-clock.js";

describe("SimulatedClock", () => {
  it("stands still until it is advanced", () => {
    const clock = new SimulatedClock(5);
    assert.equal(clock.nowMs(), 5);
    clock.advance(10);
    assert.equal(clock.nowMs(), 15);
  });

  it("runs timers at their time, in order, equal ones in the order of setting", () => {
    const clock = new SimulatedClock();
    const ran: string[] = [];
    clock.setTimer(20, () => ran.push(`b@${clock.nowMs()}`));
    clock.setTimer(10, () => ran.push(`a@${clock.nowMs()}`));
    clock.setTimer(20, () => ran.push(`c@${clock.nowMs()}`));
    clock.setTimer(31, () => ran.push("late"));
    clock.advance(30);
    assert.deepEqual(ran, ["a@10", "b@20", "c@20"]);
    assert.equal(clock.nowMs(), 30);
    assert.equal(clock.pendingTimers, 1);
    assert.equal(clock.nextTimerMs, 31);
  });

  it("runs timers that are set by timers within the time that passes", () => {
    const clock = new SimulatedClock();
    const ran: number[] = [];
    const again = (): void => {
      ran.push(clock.nowMs());
      clock.setTimer(10, again);
    };
    clock.setTimer(10, again);
    clock.advance(35);
    assert.deepEqual(ran, [10, 20, 30]);
  });

  it("forgets cancelled timers, also those cancelled twice, by others, or after they ran", () => {
    const clock = new SimulatedClock();
    const ran: string[] = [];
    const second = clock.setTimer(2, () => ran.push("second"));
    const first = clock.setTimer(1, () => {
      ran.push("first");
      second.cancel();
      first.cancel();
    });
    second.cancel();
    clock.advance(5);
    first.cancel();
    second.cancel();
    assert.deepEqual(ran, ["first"]);
    assert.equal(clock.pendingTimers, 0);
    assert.equal(clock.nextTimerMs, undefined);
  });

  it("takes a delay below 0, or none at all, as 0", () => {
    const clock = new SimulatedClock(100);
    let count = 0;
    clock.setTimer(-5, () => count++);
    clock.setTimer(Number.NaN, () => count++);
    clock.advance(0);
    assert.equal(count, 2);
    assert.equal(clock.nowMs(), 100);
  });

  it("refuses to go back", () => {
    assert.throws(() => new SimulatedClock().advance(-1), RangeError);
    assert.throws(() => new SimulatedClock().advance(Number.NaN), RangeError);
  });

  it("stops timers that set each other without end", () => {
    const clock = new SimulatedClock();
    const again = (): void => {
      clock.setTimer(0, again);
    };
    again();
    assert.throws(() => clock.advance(1), /without end/);
  });

  it("keeps its place when a callback throws", () => {
    const clock = new SimulatedClock();
    let later = 0;
    clock.setTimer(1, () => {
      throw new Error("from the callback");
    });
    clock.setTimer(2, () => later++);
    assert.throws(() => clock.advance(10), /from the callback/);
    assert.equal(clock.nowMs(), 1);
    clock.advance(1);
    assert.equal(later, 1);
  });

  it("keeps no more than the pending timers for long", () => {
    const clock = new SimulatedClock();
    let ran = 0;
    clock.setTimer(1e9, () => ran++);
    for (let i = 0; i < 100_000; i++) clock.setTimer(1e6 + i, () => ran++).cancel();
    clock.setTimer(5, () => ran++);
    clock.advance(1e9);
    assert.equal(ran, 2);
  });

  it("runs one timer at a time when asked to", () => {
    const clock = new SimulatedClock(100);
    const ran: string[] = [];
    clock.setTimer(5, () => ran.push("cancelled")).cancel();
    clock.setTimer(7, () => ran.push("first"));
    clock.setTimer(7, () => ran.push("second"));
    assert.equal(clock.runNext(), true);
    assert.deepEqual(ran, ["first"]);
    assert.equal(clock.nowMs(), 107);
    assert.equal(clock.runNext(), true);
    assert.deepEqual(ran, ["first", "second"]);
    assert.equal(clock.nowMs(), 107);
    assert.equal(clock.runNext(), false);
    assert.equal(clock.pendingTimers, 0);
  });

  it("runs any timers in the order of a sorted list", () => {
    const delays = fc.array(fc.tuple(fc.nat(50), fc.boolean()), { maxLength: 200 });
    fc.assert(
      fc.property(delays, (timers) => {
        const clock = new SimulatedClock();
        const ran: number[] = [];
        const set = timers.map(([delayMs], index) => clock.setTimer(delayMs, () => ran.push(index)));
        timers.forEach(([, cancelled], index) => {
          if (cancelled) set[index]!.cancel();
        });
        const expected = timers.map(([delayMs, cancelled], index) => ({ delayMs, cancelled, index }));
        expected.sort((one, other) => one.delayMs - other.delayMs || one.index - other.index);
        clock.advance(50);
        assert.deepEqual(
          ran,
          expected.filter((timer) => !timer.cancelled).map((timer) => timer.index),
        );
      }),
    );
  });
});
