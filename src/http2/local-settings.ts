import type { Clock, Timer } from "../base/clock.js";
import { initialWindowBytes } from "./flow-control.js";
import { initialFrameBytesMax } from "./frame/frame-header.js";
import { SettingId, writeSettings } from "./frame/settings.js";
import type { ResolvedOptions } from "./options.js";
import type { OutputBuffer } from "./output-buffer.js";

/** The entries of our first SETTINGS: only what differs from what RFC 9113 has a peer assume. */
export function firstSettings(options: ResolvedOptions, server: boolean): number[] {
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

/** Our SETTINGS that wait for their ack, in order, and the watch over it (RFC 9113 section 6.5.3). */
export class LocalSettings {
  private readonly clock: Clock;
  private readonly timeoutMs: number;
  private readonly onTimeout: () => void;
  private readonly waiting: ((() => void) | undefined)[] = [];
  private timer: Timer | undefined;

  constructor(clock: Clock, timeoutMs: number, onTimeout: () => void) {
    this.clock = clock;
    this.timeoutMs = timeoutMs;
    this.onTimeout = onTimeout;
  }

  /** @param onAck what holds only once the peer knows of it */
  send(out: OutputBuffer, pairs: readonly number[], onAck?: () => void): void {
    writeSettings(out, pairs);
    this.waiting.push(onAck);
    this.timer ??= this.clock.setTimer(this.timeoutMs, this.onTimeout);
  }

  /** An ack has come; false when none is due. */
  onAck(): boolean {
    if (this.waiting.length === 0) return false;
    const apply = this.waiting.shift();
    this.timer?.cancel();
    this.timer = this.waiting.length === 0 ? undefined : this.clock.setTimer(this.timeoutMs, this.onTimeout);
    apply?.();
    return true;
  }

  stop(): void {
    this.timer?.cancel();
    this.timer = undefined;
  }
}
