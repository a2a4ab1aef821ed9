import type { TimerEntry, TimerQueue } from "../base/timer-queue.js";

/** How long the silence of a peer may be; all in ms. */
export interface KeepaliveTimes {
  /** Silence before a PING. Infinity for never. */
  readonly intervalMs: number;
  /** Silence after it before the connection counts as dead. */
  readonly timeoutMs: number;
  /** Ping also while no stream is open. */
  readonly withoutCalls: boolean;
}

/** What the keepalive asks of its connection. */
export interface KeepaliveTarget {
  readonly streams: { readonly size: number };
  ping(onAck: (rttMs: number) => void): void;
  /** Nothing came in time. */
  onSilence(): void;
}

/** Pings a peer that is silent, and gives it up when it stays so (gRFC A8). One timer, set again only when it runs out. */
export class Keepalive implements TimerEntry {
  timerPlace: number = -1;
  /** PINGs that were sent. */
  sentCount: number = 0;
  private readonly timers: TimerQueue;
  private readonly times: KeepaliveTimes;
  private readonly target: KeepaliveTarget;
  /** When bytes of the peer came last. */
  lastReadMs: number = 0;
  private pingMs: number = -1;

  constructor(timers: TimerQueue, times: KeepaliveTimes, target: KeepaliveTarget) {
    this.timers = timers;
    this.times = times;
    this.target = target;
  }

  start(): void {
    this.lastReadMs = this.timers.nowMs();
    this.wake();
  }

  /** Bytes of the peer have come: it lives. */
  onRead(): void {
    this.lastReadMs = this.timers.nowMs();
  }

  /** A stream was opened: the watch, which sleeps while there is none, goes on. */
  wake(): void {
    if (this.timerPlace >= 0 || this.times.intervalMs === Number.POSITIVE_INFINITY) return;
    if (!this.times.withoutCalls && this.target.streams.size === 0) return;
    this.arm(this.lastReadMs + this.times.intervalMs);
  }

  stop(): void {
    this.timers.cancel(this);
  }

  private arm(atMs: number): void {
    this.timers.set(this, atMs - this.timers.nowMs());
  }

  onTimer(): void {
    const now = this.timers.nowMs();
    if (this.pingMs >= 0 && this.lastReadMs < this.pingMs) {
      if (now >= this.pingMs + this.times.timeoutMs) this.target.onSilence();
      else this.arm(this.pingMs + this.times.timeoutMs);
      return;
    }
    this.pingMs = -1;
    if (!this.times.withoutCalls && this.target.streams.size === 0) return;
    if (now < this.lastReadMs + this.times.intervalMs) {
      this.arm(this.lastReadMs + this.times.intervalMs);
      return;
    }
    this.pingMs = now;
    this.sentCount++;
    this.target.ping(() => this.onAck());
    this.arm(now + this.times.timeoutMs);
  }

  /** Any byte of the peer is a sign of life; the ack also ends the wait for one, which may be longer than the interval. */
  private onAck(): void {
    if (this.pingMs < 0 || this.timerPlace < 0) return;
    this.pingMs = -1;
    this.stop();
    this.wake();
  }
}
