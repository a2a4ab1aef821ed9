import assert from "node:assert/strict";
import { test } from "node:test";
import type { Timer } from "../base/clock.js";
import { SimulatedClock } from "../testing/simulated-clock.js";
import type { Caller, CallSlot, LoadClock, LoadPlan } from "./load-run.js";
import { LoadRun } from "./load-run.js";

class TestClock extends SimulatedClock implements LoadClock {
  nextTurn(callback: () => void): void {
    this.setTimer(0, callback);
  }
}

/** How long the call that starts now takes, in ms; Infinity for never. */
type TestServer = (nowMs: number) => number;

interface Played {
  readonly run: LoadRun;
  readonly clock: TestClock;
  readonly numbers: number[];
  readonly mostInFlight: number;
}

/** Plays a run in simulated time, against a server that takes as long as the function says. */
async function play(
  plan: Partial<LoadPlan>,
  server: TestServer,
  options: { readonly code?: number; readonly during?: (run: LoadRun, clock: TestClock) => void } = {},
): Promise<Played> {
  const clock = new TestClock();
  const numbers: number[] = [];
  const pending = new Map<CallSlot, Timer | undefined>();
  let mostInFlight = 0;
  const caller: Caller = {
    start(slot) {
      numbers.push(slot.number);
      const tookMs = server(clock.nowMs());
      const end = (): void => {
        if (pending.delete(slot))
          slot.end(options.code ?? 0, options.code === undefined ? "" : `failure ${slot.number}`);
      };
      pending.set(slot, tookMs === Number.POSITIVE_INFINITY ? undefined : clock.setTimer(tookMs, end));
      mostInFlight = Math.max(mostInFlight, pending.size);
    },
    cut() {
      for (const [slot, timer] of pending) {
        timer?.cancel();
        pending.delete(slot);
        slot.end(1, "cut");
      }
    },
  };
  const run = new LoadRun({ concurrency: 1, warmupMs: 0, worker: 0, workers: 1, ...plan }, clock, caller);
  let over = false;
  const done = run.run().then(() => {
    over = true;
  });
  options.during?.(run, clock);
  for (let i = 0; !over && i < 100_000; i++) {
    if (!clock.runNext()) break;
    await Promise.resolve();
  }
  await done;
  assert.equal(clock.pendingTimers, 0, "nothing is left behind");
  return { run, clock, numbers, mostInFlight };
}

test("without a rate, as many calls are in flight as may be, for as long as said", async () => {
  const { run, mostInFlight } = await play({ concurrency: 4, durationMs: 1_000 }, () => 10);
  assert.equal(mostInFlight, 4);
  // The calls that begin at the very end still count.
  assert.ok(Math.abs(run.recorder.calls - 400) <= 4, `${run.recorder.calls}`);
  assert.ok(Math.abs(run.recorder.latency.percentileMs(50) - 10) < 0.1);
});

test("stops at the count, which is divided among workers", async () => {
  const numbers: number[] = [];
  for (const worker of [0, 1, 2]) {
    const played = await play({ count: 10, concurrency: 2, worker, workers: 3 }, () => 1);
    numbers.push(...played.numbers);
  }
  assert.deepEqual(
    numbers.sort((one, other) => one - other),
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
  );
});

test("with a rate, calls begin by the plan, whatever those before do", async () => {
  const starts: number[] = [];
  const server: TestServer = (nowMs) => {
    starts.push(nowMs);
    return 35;
  };
  const { mostInFlight } = await play({ concurrency: 100, rate: { perSecond: 100 }, count: 10 }, server);
  assert.deepEqual(
    starts.map((ms) => Math.round(ms * 1e6) / 1e6),
    [0, 10, 20, 30, 40, 50, 60, 70, 80, 90],
  );
  assert.equal(mostInFlight, 4);
});

test("a stall is charged for all calls that had to wait: coordinated omission", async () => {
  // One call takes a second, all others nothing. 100 calls/s, one in flight.
  const server: TestServer = (nowMs) => (nowMs === 0 ? 1_000 : 0);
  const { run } = await play({ rate: { perSecond: 100 }, count: 200 }, server);
  const { latency, uncorrected } = run.recorder;
  assert.equal(latency.count, 200);
  assert.ok(uncorrected.percentileMs(99) < 1, "a single slow call hides in 200");
  // The calls of the first second waited from 0 to 1 000 ms, which is half of all.
  assert.ok(Math.abs(latency.percentileMs(99) - 980) < 15, `${latency.percentileMs(99)}`);
  assert.ok(Math.abs(latency.percentileMs(75) - 500) < 15, `${latency.percentileMs(75)}`);
});

test("tells of the calls that were due and never begun", async () => {
  const { run } = await play({ rate: { perSecond: 10 }, durationMs: 1_000 }, () => Number.POSITIVE_INFINITY);
  assert.deepEqual([run.recorder.calls, run.recorder.failed], [1, 1]);
  assert.equal(run.recorder.cut, 1);
  assert.equal(run.recorder.unstarted, 9);
});

test("calls of the warm-up do not count, and the plan goes on", async () => {
  const { run, numbers } = await play({ rate: { perSecond: 10 }, warmupMs: 1_000, count: 5, concurrency: 2 }, () => 1);
  assert.equal(run.recorder.warmupCalls, 10);
  assert.equal(run.recorder.calls, 5);
  assert.equal(numbers.length, 15);
});

test("calls that fail are counted by status with the first message, and have no latency", async () => {
  const { run } = await play({ count: 3 }, () => 1, { code: 14 });
  assert.deepEqual(run.recorder.statuses, [{ code: 14, count: 3, firstMessage: "failure 0" }]);
  assert.equal(run.recorder.failed, 3);
  assert.equal(run.recorder.latency.count, 0);
});

test("calls that fail at once leave turns to everything else", async () => {
  const clock = new TestClock();
  let calls = 0;
  const caller: Caller = {
    start(slot) {
      calls++;
      slot.end(14, "refused");
    },
    cut: () => undefined,
  };
  const run = new LoadRun({ concurrency: 2, durationMs: 10, warmupMs: 0, worker: 0, workers: 1 }, clock, caller);
  const done = run.run();
  assert.equal(calls, 2, "the next ones wait for their turn");
  run.stop();
  for (let i = 0; i < 2; i++) clock.runNext();
  await done;
  assert.deepEqual([calls, run.recorder.failed], [2, 2]);
});

test("when it is stopped, calls in flight may end, and are cut after the grace", async () => {
  const lenient = await play({ concurrency: 3, drainMs: 200 }, () => 100, { during: (run) => run.stop() });
  assert.deepEqual([lenient.run.recorder.calls, lenient.run.recorder.cut], [3, 0]);
  const strict = await play({ concurrency: 3, drainMs: 50 }, () => 100, { during: (run) => run.stop() });
  assert.deepEqual([strict.run.recorder.failed, strict.run.recorder.cut], [3, 3]);
});

test("calls that hang count as failed when the grace is over, and the rate is that of the time before", async () => {
  const server: TestServer = (nowMs) => (nowMs < 500 ? 10 : Number.POSITIVE_INFINITY);
  const { run } = await play({ concurrency: 2, durationMs: 1_000 }, server);
  const { statuses, failed, cut, elapsedMs, calls } = run.recorder;
  assert.deepEqual([failed, cut, elapsedMs, calls], [2, 2, 1_000, 102]);
  assert.deepEqual(statuses.at(-1), {
    code: 4,
    count: 2,
    firstMessage: "the call had not ended 5.00 s after the end of the run",
  });
});

test("calls of a healthy server that is slow may end, however short the run was", async () => {
  // 4 s, then 7 s, which is within twice of that.
  const { run } = await play({ concurrency: 1, durationMs: 4_500 }, (nowMs) => (nowMs === 0 ? 4_000 : 7_000));
  assert.deepEqual([run.recorder.calls, run.recorder.failed, run.recorder.cut], [2, 0, 0]);
});

test("calls with a deadline may go on until it is over", async () => {
  const { run } = await play({ concurrency: 1, durationMs: 10, deadlineMs: 20_000 }, () => 20_500);
  assert.deepEqual([run.recorder.calls, run.recorder.failed, run.recorder.cut], [1, 0, 0]);
});

test("calls that are cut since nobody waits for them have not failed", async () => {
  const during = (run: LoadRun): void => {
    run.stop();
    run.cut();
  };
  const { run } = await play({ concurrency: 3 }, () => 100, { during });
  assert.deepEqual([run.recorder.calls, run.recorder.failed, run.recorder.cut], [0, 0, 3]);
});

test("calls of the warm-up that hang are cut, and do not count", async () => {
  const { run } = await play({ warmupMs: 10, durationMs: 20 }, () => Number.POSITIVE_INFINITY);
  assert.deepEqual([run.recorder.calls, run.recorder.failed, run.recorder.cut], [0, 0, 1]);
});

test("tells how far it is by time and by count", async () => {
  let seen = -1;
  await play({ durationMs: 1_000, concurrency: 1 }, () => 100, {
    during: (run, clock) =>
      clock.setTimer(500, () => {
        seen = run.progress;
      }),
  });
  assert.equal(seen, 0.5);
});
