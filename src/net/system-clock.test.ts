import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, it } from "node:test";
import { setTimeout as machineTimeout } from "node:timers";
import { fileURLToPath } from "node:url";
import type { Timer } from "../base/clock.js";
import { systemRandom } from "./random.js";
import { LongTimer, SystemClock } from "./system-clock.js";

/** A timer of the clock as a promise; something else must keep the process alive meanwhile. */
function elapse(clock: SystemClock, delayMs: number): Promise<number> {
  const keepAlive = machineTimeout(() => {}, 10_000);
  return new Promise((resolve) => {
    clock.setTimer(delayMs, () => {
      clearTimeout(keepAlive);
      resolve(clock.nowMs());
    });
  });
}

describe("SystemClock", () => {
  it("runs a timer once, never early", async () => {
    const clock = new SystemClock();
    for (const delayMs of [0, 1, 2.5, 17]) {
      const startMs = clock.nowMs();
      const endMs = await elapse(clock, delayMs);
      assert.ok(endMs - startMs >= delayMs, `${endMs - startMs} < ${delayMs}`);
    }
  });

  it("runs timers in the order of their due times", async () => {
    const clock = new SystemClock();
    const ran: number[] = [];
    for (const delayMs of [90, 30, 60, 30, -1]) clock.setTimer(delayMs, () => ran.push(delayMs));
    await elapse(clock, 91);
    assert.deepEqual(ran, [-1, 30, 30, 60, 90]);
  });

  it("forgets cancelled timers, in whatever place of their queue", async () => {
    const clock = new SystemClock();
    const ran: number[] = [];
    const timers = [0, 1, 2, 3, 4].map((index) => clock.setTimer(50, () => ran.push(index)));
    for (const index of [0, 2, 4, 2]) timers[index]!.cancel();
    clock.setTimer(50, () => ran.push(5));
    clock.setTimer(1, () => timers[1]!.cancel());
    await elapse(clock, 51);
    timers[3]!.cancel();
    assert.deepEqual(ran, [3, 5]);
  });

  it("never lets a long delay go off early", async () => {
    const clock = new SystemClock();
    const early: number[] = [];
    const timers = [2 ** 31, 1e15, Number.POSITIVE_INFINITY].map((delayMs) =>
      clock.setTimer(delayMs, () => early.push(delayMs)),
    );
    await elapse(clock, 5);
    for (const timer of timers) timer.cancel();
    assert.deepEqual(early, []);
  });

  it("waits for a long delay in pieces", async () => {
    const clock = new SystemClock();
    const ran: string[] = [];
    const startMs = clock.nowMs();
    const cancelled = new LongTimer(25, () => ran.push("cancelled"), 10);
    clock.setTimer(15, () => cancelled.cancel());
    const keepAlive = machineTimeout(() => {}, 10_000);
    await new Promise<void>((resolve) => new LongTimer(35, resolve, 10));
    clearTimeout(keepAlive);
    assert.ok(clock.nowMs() - startMs >= 34);
    assert.deepEqual(ran, []);
  });

  it("does not wait for timers that are set meanwhile", async () => {
    const clock = new SystemClock();
    let count = 0;
    let timer: Timer | undefined;
    const again = (): void => {
      count++;
      timer = clock.setTimer(0, again);
    };
    again();
    await elapse(clock, 5);
    timer?.cancel();
    assert.ok(count > 1);
  });

  it("neither keeps a process alive nor loses timers when a callback throws", async () => {
    const clockUrl = new URL("./system-clock.js", import.meta.url).href;
    const script = `
      import { LongTimer, SystemClock } from ${JSON.stringify(clockUrl)};
      const clock = new SystemClock();
      process.on("uncaughtException", (error) => console.log(error.message));
      const keepAlive = setInterval(() => {}, 1000);
      clock.setTimer(1, () => { throw new Error("thrown"); });
      clock.setTimer(2, () => { console.log("later"); clearInterval(keepAlive); });
      clock.setTimer(60_000, () => console.log("never"));`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
      cwd: fileURLToPath(new URL(".", import.meta.url)),
      stdio: ["ignore", "pipe", "inherit"],
    });
    let output = "";
    child.stdout.on("data", (chunk) => {
      output += chunk;
    });
    const [code] = await once(child, "close");
    assert.equal(output, "thrown\nlater\n");
    assert.equal(code, 0);
  });
});

describe("systemRandom", () => {
  it("stays in its range", () => {
    for (let i = 0; i < 100; i++) {
      const x = systemRandom();
      assert.ok(x >= 0 && x < 1);
    }
  });
});
