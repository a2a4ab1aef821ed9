import type { Clock, Timer } from "./clock.js";

/** What can be in a queue of timers, at one place at a time. */
export interface TimerEntry {
  /** Its place in the queue, for the queue alone; -1 while it is not set. */
  timerPlace: number;
  /** Its time has come; it is not set any more. */
  onTimer(): void;
}

/**
 * Many timers out of one: a binary heap by due time, and one timer of the clock below for the earliest. An entry that brings
 * its own place costs 16 bytes here, where a timer of the machine costs some 250 with its closure; thousands of connections
 * that wait for hours each have one.
 */
export class TimerQueue implements Clock {
  private readonly clock: Clock;
  private readonly entries: TimerEntry[] = [];
  /** When each of them is due; numbers beside the entries, since in an array of their own they are not boxed. */
  private readonly dueMs: number[] = [];
  private armed: Timer | undefined;
  private armedMs: number = 0;
  private readonly fire: () => void = () => this.run();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** How many are set. */
  get size(): number {
    return this.entries.length;
  }

  nowMs(): number {
    return this.clock.nowMs();
  }

  /** A timer for those who have no entry of their own. */
  setTimer(delayMs: number, callback: () => void): Timer {
    const timer = new QueuedTimer(this, callback);
    this.set(timer, delayMs);
    return timer;
  }

  /** Has `entry.onTimer` called after `delayMs` or later; an entry that is set already gets another time. */
  set(entry: TimerEntry, delayMs: number): void {
    const dueMs = this.clock.nowMs() + Math.max(0, delayMs);
    const place = entry.timerPlace < 0 ? this.entries.length : entry.timerPlace;
    if (place > 0 && (this.dueMs[(place - 1) >> 1] as number) > dueMs) this.rise(place, entry, dueMs);
    else this.sink(place, entry, dueMs);
    this.arm();
  }

  /** Does nothing for an entry that is not set. */
  cancel(entry: TimerEntry): void {
    if (entry.timerPlace < 0) return;
    this.remove(entry);
    // With others left the clock's timer stays: setting another costs more than one that comes for nothing.
    if (this.entries.length > 0) return;
    this.armed?.cancel();
    this.armed = undefined;
  }

  private run(): void {
    this.armed = undefined;
    const nowMs = this.clock.nowMs();
    try {
      // Not more than there are now: an entry that sets itself again at once has its turn in the next round.
      for (let left = this.entries.length; left > 0 && (this.dueMs[0] as number) <= nowMs; left--) {
        const entry = this.entries[0] as TimerEntry;
        this.remove(entry);
        entry.onTimer();
      }
    } finally {
      this.arm();
    }
  }

  private arm(): void {
    const dueMs = this.dueMs[0];
    if (dueMs === undefined || (this.armed !== undefined && this.armedMs <= dueMs)) return;
    this.armed?.cancel();
    this.armedMs = dueMs;
    this.armed = this.clock.setTimer(dueMs - this.clock.nowMs(), this.fire);
  }

  /** The last one takes its place. */
  private remove(entry: TimerEntry): void {
    const place = entry.timerPlace;
    entry.timerPlace = -1;
    const last = this.entries.pop() as TimerEntry;
    const lastMs = this.dueMs.pop() as number;
    if (last === entry) return;
    if (place > 0 && (this.dueMs[(place - 1) >> 1] as number) > lastMs) this.rise(place, last, lastMs);
    else this.sink(place, last, lastMs);
  }

  private rise(from: number, entry: TimerEntry, dueMs: number): void {
    let place = from;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      const parentMs = this.dueMs[parent] as number;
      if (parentMs <= dueMs) break;
      this.put(place, this.entries[parent] as TimerEntry, parentMs);
      place = parent;
    }
    this.put(place, entry, dueMs);
  }

  private sink(from: number, entry: TimerEntry, dueMs: number): void {
    const { length } = this.entries;
    let place = from;
    for (let child = 2 * place + 1; child < length; child = 2 * place + 1) {
      if (child + 1 < length && (this.dueMs[child + 1] as number) < (this.dueMs[child] as number)) child++;
      const childMs = this.dueMs[child] as number;
      if (childMs >= dueMs) break;
      this.put(place, this.entries[child] as TimerEntry, childMs);
      place = child;
    }
    this.put(place, entry, dueMs);
  }

  private put(place: number, entry: TimerEntry, dueMs: number): void {
    this.entries[place] = entry;
    this.dueMs[place] = dueMs;
    entry.timerPlace = place;
  }
}

class QueuedTimer implements TimerEntry, Timer {
  timerPlace: number = -1;
  private readonly queue: TimerQueue;
  private readonly callback: () => void;

  constructor(queue: TimerQueue, callback: () => void) {
    this.queue = queue;
    this.callback = callback;
  }

  onTimer(): void {
    this.callback();
  }

  cancel(): void {
    this.queue.cancel(this);
  }
}
