import type { TimerEntry, TimerQueue } from "../base/timer-queue.js";
import { initialWindowBytes } from "./flow-control.js";
import { initialFrameBytesMax } from "./frame/frame-header.js";
import { SettingId, writeSettings } from "./frame/settings.js";
import type { PreparedOptions } from "./options.js";
import type { OutputBuffer } from "./output-buffer.js";

/** The entries of our first SETTINGS: only what differs from what RFC 9113 has a peer assume. */
export function firstSettings(options: PreparedOptions, server: boolean): number[] {
  const { limits } = options;
  const pairs: number[] = [];
  if (options.headerTableBytes !== 4_096) pairs.push(SettingId.HEADER_TABLE_SIZE, options.headerTableBytes);
  if (server) pairs.push(SettingId.MAX_CONCURRENT_STREAMS, asUint32(limits.concurrentStreamsMax));
  else pairs.push(SettingId.ENABLE_PUSH, 0);
  if (options.streamWindowBytes !== initialWindowBytes) {
    pairs.push(SettingId.INITIAL_WINDOW_SIZE, options.streamWindowBytes);
  }
  if (options.frameBytesMax !== initialFrameBytesMax) pairs.push(SettingId.MAX_FRAME_SIZE, options.frameBytesMax);
  pairs.push(SettingId.MAX_HEADER_LIST_SIZE, asUint32(limits.headerListBytesMax));
  return pairs;
}

function asUint32(value: number): number {
  return Math.min(value, 0xffff_ffff);
}

/** Our SETTINGS that wait for their ack, in order, and the watch over it (RFC 9113 section 6.5.3). Over when none waits. */
export class LocalSettings implements TimerEntry {
  timerPlace: number = -1;
  private readonly timers: TimerQueue;
  private readonly timeoutMs: number;
  private readonly onTimeout: () => void;
  private readonly waiting: ((() => void) | undefined)[] = [];

  constructor(timers: TimerQueue, timeoutMs: number, onTimeout: () => void) {
    this.timers = timers;
    this.timeoutMs = timeoutMs;
    this.onTimeout = onTimeout;
  }

  /** True while an ack is due. */
  get isWaiting(): boolean {
    return this.waiting.length > 0;
  }

  /** @param onAck what holds only once the peer knows of it */
  send(out: OutputBuffer, pairs: readonly number[], onAck?: () => void): void {
    writeSettings(out, pairs);
    this.waiting.push(onAck);
    if (this.timerPlace < 0) this.timers.set(this, this.timeoutMs);
  }

  /** The ack of the first of them has come. */
  onAck(): void {
    const apply = this.waiting.shift();
    if (this.waiting.length === 0) this.stop();
    else this.timers.set(this, this.timeoutMs);
    apply?.();
  }

  onTimer(): void {
    this.onTimeout();
  }

  stop(): void {
    this.timers.cancel(this);
  }
}
