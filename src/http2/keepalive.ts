import type { Clock, Timer } from "../base/clock.js";

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
export class Keepalive {
  private readonly clock: Clock;
  private readonly times: KeepaliveTimes;
  private readonly target: KeepaliveTarget;
  private timer: Timer | undefined;
  private lastReadMs: number = 0;
  private pingMs: number = -1;

  constructor(clock: Clock, times: KeepaliveTimes, target: KeepaliveTarget) {
    this.clock = clock;
    this.times = times;
    this.target = target;
  }

  start(): void {
    this.lastReadMs = this.clock.nowMs();
    this.wake();
  }

  /** Bytes of the peer have come: it lives. */
  onRead(): void {
    this.lastReadMs = this.clock.nowMs();
  }

  /** A stream was opened: the watch, which sleeps while there is none, goes on. */
  wake(): void {
    if (this.timer !== undefined || this.times.intervalMs === Number.POSITIVE_INFINITY) return;
    if (!this.times.withoutCalls && this.target.streams.size === 0) return;
    this.arm(this.lastReadMs + this.times.intervalMs);
  }

  stop(): void {
    this.timer?.cancel();
    this.timer = undefined;
  }

  private arm(atMs: number): void {
    this.timer = this.clock.setTimer(Math.max(0, atMs - this.clock.nowMs()), () => {
      this.timer = undefined;
      this.check();
    });
  }

  private check(): void {
    const now = this.clock.nowMs();
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
    this.target.ping(() => this.onAck());
    this.arm(now + this.times.timeoutMs);
  }

  /** Any byte of the peer is a sign of life; the ack also ends the wait for one, which may be longer than the interval. */
  private onAck(): void {
    if (this.pingMs < 0 || this.timer === undefined) return;
    this.pingMs = -1;
    this.stop();
    this.wake();
  }
}
