import type { Clock, Timer } from "../base/clock.js";
import { Status } from "../base/status.js";
import { formatMs } from "./format.js";
import { cutMsMax, deadlineMarginMs, drainFactor, drainMsDefault } from "./limits.js";
import { Recorder } from "./recorder.js";
import { makeSchedule, type Rate, type Schedule } from "./schedule.js";

/** What one worker of a run does. */
export interface LoadPlan {
  /** Calls in flight at most. */
  readonly concurrency: number;
  /** Undefined: each slot begins its next call when the one before has ended. */
  readonly rate?: Rate | undefined;
  /** How long calls are started for, behind the warm-up; undefined: until `count` is reached. */
  readonly durationMs?: number | undefined;
  /** Calls of all workers together, without those of the warm-up. */
  readonly count?: number | undefined;
  /** Calls are made at first for this long, and not counted. */
  readonly warmupMs: number;
  /**
   * How long calls in flight may go on when the run is over, in ms. Default 5 000, or twice what the longest call took, or what their deadline
   * leaves them: what is longest.
   */
  readonly drainMs?: number | undefined;
  /** Deadline of each call, in ms; undefined for none. */
  readonly deadlineMs?: number | undefined;
  /** This worker's number, from 0, and how many there are: of the run's calls it makes each `workers`th. */
  readonly worker: number;
  readonly workers: number;
}

/** One of the calls that can be in flight; used again and again, so that a call makes no garbage here. */
export interface CallSlot {
  readonly index: number;
  /** The call's number among all calls of all workers. */
  number: number;
  /** Messages of the call so far. */
  sent: number;
  received: number;
  /** To be called once for each call, when it has ended. */
  readonly end: (code: number, message: string) => void;
}

/** Makes calls. */
export interface Caller {
  start(slot: CallSlot): void;
  /** Cuts what is in flight: each slot's `end` is called soon. */
  cut(): void;
}

/** Time for a run: as the machine's, but exact to a turn of the event loop. */
export interface LoadClock extends Clock {
  /** Calls back in the next turn of the event loop. */
  nextTurn(callback: () => void): void;
}

class Slot implements CallSlot {
  readonly index: number;
  number = 0;
  sent = 0;
  received = 0;
  intendedMs = 0;
  startMs = 0;
  inFlight = false;
  readonly end: (code: number, message: string) => void;

  constructor(index: number, onEnd: (slot: Slot, code: number, message: string) => void) {
    this.index = index;
    this.end = (code, message) => onEnd(this, code, message);
  }
}

/**
 * Makes the calls of one worker.
 *
 *   warming up --(warmupMs)--> measuring --(durationMs, count, stop)--> draining --(last call, drainMs, cut)--> over
 *
 * Calls that have not ended when the time for draining is over count as failed: a server that hangs must not pass as one without errors.
 *
 * With a rate, the calls' starts are planned beforehand, and latency counts from the planned start. When a server is slow, the calls
 * that were due meanwhile waited for it too: to leave that out is "coordinated omission", by which load generators
 * flatter servers.
 */
export class LoadRun {
  readonly recorder: Recorder = new Recorder();
  readonly #plan: LoadPlan;
  readonly #clock: LoadClock;
  readonly #caller: Caller;
  readonly #slots: Slot[];
  readonly #free: Slot[];
  readonly #schedule: Schedule | undefined;
  #originMs = 0;
  #measureMs = 0;
  #started = 0;
  #measured = 0;
  #stopped = false;
  #isCut = false;
  #wake: Timer | undefined;
  #timers: Timer[] = [];
  #onMeasure: () => void = () => undefined;
  #over: (() => void) | undefined;

  constructor(plan: LoadPlan, clock: LoadClock, caller: Caller) {
    this.#plan = plan;
    this.#clock = clock;
    this.#caller = caller;
    const onEnd = (slot: Slot, code: number, message: string): void => this.#onEnd(slot, code, message);
    this.#slots = Array.from({ length: plan.concurrency }, (_, index) => new Slot(index, onEnd));
    // Taken from the end.
    this.#free = [...this.#slots].reverse();
    this.#schedule = plan.rate === undefined ? undefined : makeSchedule(plan.rate);
  }

  /** Calls that were started, those of the warm-up too. */
  get started(): number {
    return this.#started;
  }

  /** How far the run is, from 0 to 1. */
  get progress(): number {
    const { durationMs, count, workers } = this.#plan;
    const spentMs = this.#clock.nowMs() - this.#measureMs;
    const byTime = durationMs === undefined ? 0 : spentMs / durationMs;
    const byCount = count === undefined ? 0 : (this.recorder.calls * workers) / count;
    return Math.min(1, Math.max(0, byTime, byCount));
  }

  /**
   * @param onMeasure called when the warm-up is over
   * @returns when all calls have ended
   */
  run(onMeasure: () => void = () => undefined): Promise<void> {
    const { warmupMs, durationMs } = this.#plan;
    this.#originMs = this.#clock.nowMs();
    this.#measureMs = this.#originMs + warmupMs;
    this.#onMeasure = onMeasure;
    return new Promise((resolve) => {
      this.#over = resolve;
      if (warmupMs > 0) this.#timers.push(this.#clock.setTimer(warmupMs, () => this.#beginMeasuring()));
      else this.#beginMeasuring();
      if (durationMs !== undefined) {
        this.#timers.push(this.#clock.setTimer(warmupMs + durationMs, () => this.stop()));
      }
      this.#fill();
    });
  }

  #beginMeasuring(): void {
    // What happened before does not count; the plan of the starts goes on.
    this.recorder.warmupCalls = this.#started;
    this.#onMeasure();
  }

  /** Starts no more calls. Those in flight may end as long as the plan says; then they have failed. */
  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#wake?.cancel();
    this.recorder.elapsedMs = Math.max(this.recorder.elapsedMs, this.#clock.nowMs() - this.#measureMs, 0);
    this.#countUnstarted();
    const drainMs = this.#drainMs();
    this.#timers.push(
      this.#clock.setTimer(drainMs, () => {
        this.#failUnended(drainMs);
        this.#cutCalls();
      }),
    );
    this.#endIfDone();
  }

  #drainMs(): number {
    const { drainMs, deadlineMs } = this.#plan;
    const byDeadlineMs = deadlineMs === undefined ? 0 : deadlineMs + deadlineMarginMs;
    return drainMs ?? Math.max(drainMsDefault, drainFactor * this.recorder.latency.maxMs, byDeadlineMs);
  }

  /** Ends the run at once, since nobody waits for it any more. Calls in flight are cut, and count neither as good nor as failed. */
  cut(): void {
    this.stop();
    if (this.#slots.some((slot) => slot.inFlight)) this.#cutCalls();
  }

  #cutCalls(): void {
    if (this.#isCut) return;
    this.#isCut = true;
    this.recorder.cut = this.#slots.filter((slot) => slot.inFlight).length;
    this.#timers.push(this.#clock.setTimer(cutMsMax, () => this.#finish()));
    this.#caller.cut();
  }

  #failUnended(drainMs: number): void {
    const message = `the call had not ended ${formatMs(drainMs)} after the end of the run`;
    // They count at the end of the run: to wait for them is no part of it.
    const endMs = this.#measureMs + this.recorder.elapsedMs;
    for (const slot of this.#slots) {
      if (slot.inFlight && slot.intendedMs >= this.#measureMs) {
        this.#record(slot, Status.DEADLINE_EXCEEDED, message, endMs);
      }
    }
  }

  #countUnstarted(): void {
    if (this.#schedule === undefined) return;
    const nowMs = this.#clock.nowMs();
    let number = this.#started;
    while (this.#mayStart(number - this.#started) && this.#dueMs(number) < nowMs) {
      number++;
      this.recorder.unstarted++;
    }
  }

  #dueMs(started: number): number {
    const { worker, workers } = this.#plan;
    return this.#originMs + (this.#schedule as Schedule)(started * workers + worker);
  }

  /** Whether the count allows another call, `ahead` of those that have been started. */
  #mayStart(ahead: number): boolean {
    const { count, worker, workers } = this.#plan;
    return count === undefined || (this.#measured + ahead) * workers + worker < count;
  }

  #fill(): void {
    if (this.#schedule === undefined) {
      while (this.#free.length > 0 && !this.#stopped && this.#mayStart(0)) this.#start(this.#clock.nowMs());
    } else this.#startDue();
    this.#endIfDone();
  }

  #startDue(): void {
    this.#wake?.cancel();
    while (this.#free.length > 0 && !this.#stopped && this.#mayStart(0)) {
      const dueMs = this.#dueMs(this.#started);
      const waitMs = dueMs - this.#clock.nowMs();
      if (waitMs > 0) {
        this.#wake = this.#clock.setTimer(waitMs, () => this.#fill());
        return;
      }
      this.#start(dueMs);
    }
  }

  #start(intendedMs: number): void {
    const slot = this.#free.pop() as Slot;
    const { worker, workers } = this.#plan;
    slot.number = this.#started * workers + worker;
    slot.sent = 0;
    slot.received = 0;
    slot.intendedMs = intendedMs;
    slot.startMs = this.#clock.nowMs();
    slot.inFlight = true;
    this.#started++;
    if (intendedMs >= this.#measureMs) this.#measured++;
    this.#caller.start(slot);
  }

  #onEnd(slot: Slot, code: number, message: string): void {
    if (!slot.inFlight) return;
    slot.inFlight = false;
    if (slot.intendedMs >= this.#measureMs && !this.#isCut) {
      this.#record(slot, code, message, this.#clock.nowMs());
    }
    // A call that fails may do so at once: without a turn in between nothing else would ever happen.
    if (code === 0) this.#release(slot);
    else this.#clock.nextTurn(() => this.#release(slot));
  }

  #release(slot: Slot): void {
    this.#free.push(slot);
    this.#fill();
  }

  #record(slot: Slot, code: number, message: string, atMs: number): void {
    const { intendedMs, startMs, sent, received } = slot;
    const zeroMs = this.#measureMs;
    this.recorder.record({
      intendedMs: intendedMs - zeroMs,
      startMs: startMs - zeroMs,
      endMs: atMs - zeroMs,
      code,
      message,
      sent,
      received,
    });
  }

  #endIfDone(): void {
    if (this.#free.length === this.#slots.length && (this.#stopped || !this.#mayStart(0))) this.#finish();
  }

  #finish(): void {
    this.#wake?.cancel();
    for (const timer of this.#timers) timer.cancel();
    const over = this.#over;
    this.#over = undefined;
    over?.();
  }
}
