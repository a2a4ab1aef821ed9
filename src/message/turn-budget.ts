import type { Clock } from "../base/clock.js";
import { LaneQueue } from "./lane-queue.js";
import {
  inflatingMax,
  messageWorkBytes,
  smallMessageBytesMax,
  smallWorkBytesMax,
  turnInflatedBytesMax,
  turnWorkMs,
  workBytesPerLook,
} from "./limits.js";

/** Calls back at the end of this turn of the event loop (`Network.atTurnEnd`). */
export type AtTurnEnd = <T>(callback: (argument: T) => void, argument: T) => void;

/** Who has work that this turn has no time for. */
export interface TurnWaiter {
  /** Whose work it is: the waiters of one connection take turns with those of others, however many they are. */
  readonly lane: unknown;
  /** Its turn has come. It may find that it has to wait again. */
  onTurn(): void;
}

/**
 * How much of a turn of the event loop goes into decompressing and decoding messages. A few bytes of a peer can ask for very
 * much of both, and while they last no timer runs and no other socket is read. One of these serves all connections of a server, or
 * of a channel.
 *
 *   open --(time or bytes of the turn used up)--> used up --(a later turn, waiters first)--> open
 *
 * A turn is what happens between two ends of turns (`atTurnEnd`). Whoever waits goes on at the end of the next turn: before that,
 * timers run and sockets are read. Until a good amount of work was done nothing is scheduled, and the clock is not read.
 */
export class TurnBudget {
  /** There is no more time in this turn: `defer` the work, but for what `admits` lets pass. */
  isUsedUp: boolean = false;
  private readonly clock: Clock;
  private readonly atTurnEnd: AtTurnEnd;
  /** Since the clock was looked at. */
  private workBytes: number = 0;
  /** In this turn. */
  private inflatedBytes: number = 0;
  /** Let pass in this turn though it is used up. */
  private smallBytes: number = 0;
  /** When this turn's work began; undefined while little was done. */
  private startMs: number | undefined;
  private scheduled: boolean = false;
  /** The work began within this turn, not at the end of the last one: this turn's own end is too early to go on. */
  private early: boolean = false;
  /** Messages in threads, those among them whose result nobody has taken, and permits on their way to a waiter. */
  private inflating: number = 0;
  private readonly forTurn: LaneQueue<TurnWaiter> = new LaneQueue();
  private readonly forThread: LaneQueue<TurnWaiter> = new LaneQueue();

  constructor(clock: Clock, atTurnEnd: AtTurnEnd) {
    this.clock = clock;
    this.atTurnEnd = atTurnEnd;
  }

  /**
   * Whether a message that is not compressed may be decoded in this turn. A few small ones always may: a honest call does not wait for
   * the messages of others that are dear.
   */
  admits(byteCount: number): boolean {
    if (!this.isUsedUp) return true;
    if (byteCount > smallMessageBytesMax) return false;
    this.smallBytes += byteCount + messageWorkBytes;
    return this.smallBytes <= smallWorkBytesMax;
  }

  /** A message of so many bytes was decoded. */
  countDecoded(byteCount: number): void {
    this.workBytes += byteCount + messageWorkBytes;
    if (this.workBytes >= workBytesPerLook) this.look();
  }

  /**
   * Asks for a permit to decompress a message.
   *
   * @returns whether there is one; it is given back by `endInflating`. Else `deferInflating`.
   */
  startInflating(): boolean {
    if (this.inflating >= inflatingMax) return false;
    this.inflating++;
    if (this.startMs === undefined) this.begin();
    return true;
  }

  /** Gives the permit back. The message had so many bytes, and they are decoded; 0 when it had none. */
  endInflating(byteCount: number): void {
    if (this.startMs === undefined) this.begin();
    this.inflatedBytes += byteCount;
    if (this.inflatedBytes >= turnInflatedBytesMax) this.isUsedUp = true;
    this.countDecoded(byteCount);
    if (this.forThread.size === 0) {
      this.inflating--;
      return;
    }
    // The permit goes with it, so that nobody who comes later is before it.
    const waiter = this.forThread.shift();
    this.forTurn.push(waiter.lane, waiter);
  }

  /** Calls back in a later turn. Only while `isUsedUp`. */
  defer(waiter: TurnWaiter): void {
    this.forTurn.push(waiter.lane, waiter);
  }

  /** Calls back when a message has come back from its thread: with the permit that `startInflating` did not give. */
  deferInflating(waiter: TurnWaiter): void {
    this.forThread.push(waiter.lane, waiter);
  }

  private look(): void {
    this.workBytes = 0;
    if (this.startMs === undefined) this.begin();
    else if (this.clock.nowMs() - this.startMs >= turnWorkMs) this.isUsedUp = true;
  }

  /** From now on, and until nobody waits, the end of each turn is heard. */
  private begin(): void {
    this.startMs = this.clock.nowMs();
    this.early = true;
    this.schedule();
  }

  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    this.atTurnEnd(endTurn, this);
  }

  /** For `atTurnEnd`. */
  onTurnEnd(): void {
    this.scheduled = false;
    this.smallBytes = 0;
    const { early } = this;
    this.early = false;
    if (early && this.forTurn.size > 0) {
      // Timers and other sockets first.
      this.schedule();
      return;
    }
    this.isUsedUp = false;
    this.workBytes = 0;
    this.inflatedBytes = 0;
    this.startMs = undefined;
    if (this.forTurn.size > 0) this.resume();
  }

  /** Each that waits now has its turn at most once. What they take counts for the turn that begins. */
  private resume(): void {
    this.startMs = this.clock.nowMs();
    try {
      for (let left = this.forTurn.size; left > 0 && !this.isUsedUp; left--) this.forTurn.shift().onTurn();
    } finally {
      this.schedule();
    }
  }
}

function endTurn(budget: TurnBudget): void {
  budget.onTurnEnd();
}
