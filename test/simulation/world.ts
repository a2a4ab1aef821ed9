import { SimulatedClock } from "../../src/testing/index.js";
import { EventLog } from "./event-log.js";
import { SeededRandom } from "./seeded-random.js";

/** What must hold did not. The first one ends the run. */
export class Violation extends Error {
  /** Which rule, for instance `windows`. */
  readonly invariant: string;

  constructor(invariant: string, message: string) {
    super(`${invariant}: ${message}`);
    this.invariant = invariant;
  }
}

/** More events than this are a loop that has no end. */
const eventsMax = 400_000;

/**
 * Time, chance and the loop that runs all: one timer, then promises until nothing moves any more, then the checks. No
 * real time passes and no real input or output happens, so that the same seed runs the same way each time.
 */
export class World {
  readonly time: SimulatedClock = new SimulatedClock();
  readonly random: SeededRandom;
  readonly log: EventLog;
  /** Run after each event, when promises have come to rest. */
  readonly checks: (() => void)[] = [];
  #violation: Violation | undefined;
  #events = 0;
  #quiet = false;

  constructor(seed: number, print: ((line: string) => void) | undefined) {
    this.random = new SeededRandom(seed);
    this.log = new EventLog(() => this.time.nowMs(), print);
  }

  get events(): number {
    return this.#events;
  }

  get violation(): Violation | undefined {
    return this.#violation;
  }

  /** Something is not as it must be: the run ends. Callable from anywhere, also where a throw would be swallowed. */
  violate(invariant: string, message: string): void {
    if (this.#violation !== undefined) return;
    this.#violation = new Violation(invariant, message);
    this.log.note("world", "VIOLATION", this.#violation.message);
  }

  /** Calls back after so much simulated time. */
  after(delayMs: number, run: () => void): void {
    this.time.setTimer(delayMs, run);
  }

  /** As `after`, for what moves bytes within the network only: nobody hears of it, so that nothing need come to rest. */
  afterQuietly(delayMs: number, run: () => void): void {
    this.time.setTimer(delayMs, () => {
      this.#quiet = true;
      run();
    });
  }

  /**
   * Runs until `isDone`, until nothing is left to happen, or until the time has come.
   *
   * @returns whether it was done
   * @throws {Violation} the first that there was
   */
  async run(isDone: () => boolean, untilMs: number): Promise<boolean> {
    await rest();
    for (;;) {
      if (this.#violation !== undefined) throw this.#violation;
      if (isDone()) return true;
      const nextMs = this.time.nextTimerMs;
      if (nextMs === undefined || nextMs > untilMs) return false;
      if (++this.#events > eventsMax) this.violate("progress", `more than ${eventsMax} events`);
      this.#quiet = false;
      this.time.runNext();
      if (this.#quiet) continue;
      await rest();
      for (const check of this.checks) check();
    }
  }
}

/** All promises that can go on have gone on once the event loop has come round. */
function rest(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
