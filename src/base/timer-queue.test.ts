import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { SimulatedClock } from "../testing/simulated-clock.js";
import { type TimerEntry, TimerQueue } from "./timer-queue.js";

class Entry implements TimerEntry {
  timerPlace: number = -1;
  readonly ranMs: number[] = [];
  readonly clock: SimulatedClock;
  react: (() => void) | undefined;

  constructor(clock: SimulatedClock) {
    this.clock = clock;
  }

  onTimer(): void {
    this.ranMs.push(this.clock.nowMs());
    this.react?.();
  }
}

function rig(): { clock: SimulatedClock; queue: TimerQueue; entry: () => Entry } {
  const clock = new SimulatedClock();
  return { clock, queue: new TimerQueue(clock), entry: () => new Entry(clock) };
}

describe("timer queue", () => {
  it("runs each entry at its time, as often and as long as it is set", () => {
    const step = fc.record({
      index: fc.nat({ max: 15 }),
      act: fc.constantFrom("set", "set", "cancel", "advance"),
      ms: fc.nat({ max: 50 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 150 }), (steps) => {
        const { clock, queue, entry } = rig();
        const entries = Array.from({ length: 16 }, entry);
        const expected: number[][] = entries.map(() => []);
        const due = new Map<number, number>();
        const pass = (untilMs: number): void => {
          for (const [index, atMs] of [...due]) {
            if (atMs > untilMs) continue;
            expected[index]?.push(atMs);
            due.delete(index);
          }
        };
        for (const { index, act, ms } of steps) {
          if (act === "advance") {
            pass(clock.nowMs() + ms);
            clock.advance(ms);
          } else if (act === "set") {
            due.set(index, clock.nowMs() + ms);
            queue.set(entries[index] as Entry, ms);
          } else {
            due.delete(index);
            queue.cancel(entries[index] as Entry);
          }
          assert.equal(queue.size, due.size);
          assert.ok(clock.pendingTimers <= 1, "one timer of the clock for all");
        }
        pass(clock.nowMs() + 50);
        clock.advance(50);
        assert.deepEqual(
          entries.map(({ ranMs }) => ranMs),
          expected,
        );
        assert.deepEqual([queue.size, clock.pendingTimers], [0, 0]);
      }),
      { numRuns: 200 },
    );
  });

  it("leaves no timer behind when the last entry is cancelled", () => {
    const { clock, queue, entry } = rig();
    const [one, two] = [entry(), entry()];
    queue.set(one, 10);
    queue.set(two, 20);
    queue.cancel(one);
    queue.cancel(one);
    assert.equal(clock.pendingTimers, 1);
    queue.cancel(two);
    assert.equal(clock.pendingTimers, 0);
  });

  it("goes on behind an entry that throws", () => {
    const { clock, queue, entry } = rig();
    const [bad, good] = [entry(), entry()];
    bad.react = () => {
      throw new Error("thrown");
    };
    queue.set(bad, 1);
    queue.set(good, 2);
    assert.throws(() => clock.advance(5), { message: "thrown" });
    clock.advance(5);
    assert.deepEqual(good.ranMs.length, 1);
  });

  it("does not spin with an entry that sets itself again at once", () => {
    const { clock, queue, entry } = rig();
    const [eager, other] = [entry(), entry()];
    eager.react = () => {
      if (eager.ranMs.length < 10) queue.set(eager, 0);
    };
    queue.set(eager, 0);
    queue.set(other, 0);
    clock.advance(0);
    assert.deepEqual([eager.ranMs.length, other.ranMs.length], [10, 1]);
  });

  it("makes timers for those who have no entry", () => {
    const { clock, queue } = rig();
    const ran: string[] = [];
    queue.setTimer(5, () => ran.push("five"));
    const cancelled = queue.setTimer(3, () => ran.push("three"));
    cancelled.cancel();
    cancelled.cancel();
    queue.setTimer(-1, () => ran.push("now"));
    clock.advance(0);
    clock.advance(10);
    assert.deepEqual(ran, ["now", "five"]);
    assert.equal(queue.nowMs(), 10);
  });
});
