import { SimulatedClock } from "../../src/testing/index.js";
import { must } from "./finding.js";

/** More turns than this without anything from outside are a loop that has no end. */
const turnsMax = 2_000;
/** More timers than this within one passing of time set each other without end. */
const timersMax = 20_000;

/** An event loop in memory: what is posted runs in the next turn, promises come to rest between two turns. */
export class MemoryLoop {
  readonly clock: SimulatedClock = new SimulatedClock(1_000);
  #tasks: (() => void)[] = [];

  post(task: () => void): void {
    this.#tasks.push(task);
  }

  /** Runs turns until nothing moves any more. */
  async settle(): Promise<void> {
    for (let turns = 0; ; turns++) {
      must(turns < turnsMax, "progress", () => `${turnsMax} turns, and it goes on`);
      const tasks = this.#tasks;
      this.#tasks = [];
      for (const task of tasks) task();
      await new Promise((resolve) => setImmediate(resolve));
      if (this.#tasks.length === 0) return;
    }
  }

  /** Lets time pass, timer by timer. */
  async pass(ms: number): Promise<void> {
    const untilMs = this.clock.nowMs() + ms;
    await this.settle();
    for (let count = 0; (this.clock.nextTimerMs ?? Number.POSITIVE_INFINITY) <= untilMs; count++) {
      must(count < timersMax, "progress", () => `${timersMax} timers in ${ms} ms`);
      this.clock.runNext();
      await this.settle();
    }
    this.clock.advance(Math.max(0, untilMs - this.clock.nowMs()));
  }
}
