import { ErrorCode } from "../base/transport.js";
import type { Answers } from "./answers.js";
import type { ConnectionCore } from "./core.js";
import { Flag } from "./frame/frame-header.js";
import { type Goaway, readGoaway } from "./frame/goaway.js";
import { checkPing } from "./frame/ping.js";
import { checkSettings } from "./frame/settings.js";
import { PingGuard } from "./ping-guard.js";

/** What a role does with what control frames say. */
export interface ControlHandler {
  /** The peer's first SETTINGS were applied. */
  onFirstSettings(): void;
  onGoaway(goaway: Goaway): void;
}

/** Takes the frames of the whole connection: SETTINGS, PING, GOAWAY. */
export class ControlReceiver {
  private readonly core: ConnectionCore;
  private readonly answers: Answers;
  private readonly handler: ControlHandler;
  /** Made at the first PING; servers only. */
  private guard: PingGuard | undefined;

  constructor(core: ConnectionCore, answers: Answers, handler: ControlHandler) {
    this.core = core;
    this.answers = answers;
    this.handler = handler;
  }

  onSettings(flags: number, streamId: number, bytes: Uint8Array, start: number, end: number): void {
    const { core } = this;
    if (streamId !== 0) {
      core.connectionError(ErrorCode.PROTOCOL_ERROR, "SETTINGS on a stream");
      return;
    }
    const fault = checkSettings(flags, start, end, core.options.limits.settingsEntriesMax);
    if (fault !== undefined) {
      core.connectionError(fault.code, fault.message);
      return;
    }
    if ((flags & Flag.ACK) === 0) this.apply(bytes, start, end);
    else if (!core.onSettingsAck()) core.budget.countUseless();
  }

  onPing(flags: number, streamId: number, bytes: Uint8Array, start: number, end: number): void {
    const { core } = this;
    if (streamId !== 0) {
      core.connectionError(ErrorCode.PROTOCOL_ERROR, "PING on a stream");
      return;
    }
    const fault = checkPing(start, end);
    if (fault !== undefined) {
      core.connectionError(fault.code, fault.message);
      return;
    }
    if ((flags & Flag.ACK) !== 0) {
      if (!core.onPingAck(bytes, start)) core.budget.countUseless();
      return;
    }
    this.answers.ackPing(bytes, start);
    if (!core.server || core.closed) return;
    this.guard ??= this.newGuard();
    const allowed = this.guard.onPing(core.options.clock.nowMs(), core.streams.size, core.sender.sentSincePing);
    core.sender.sentSincePing = false;
    if (!allowed) core.calm("too_many_pings");
  }

  private newGuard(): PingGuard {
    const { pingMinIntervalMs, pingWithoutCalls, pingStrikesMax } = this.core.options;
    return new PingGuard(pingMinIntervalMs, pingWithoutCalls, pingStrikesMax);
  }

  onGoaway(streamId: number, bytes: Uint8Array, start: number, end: number): void {
    const { core } = this;
    if (streamId !== 0) {
      core.connectionError(ErrorCode.PROTOCOL_ERROR, "GOAWAY on a stream");
      return;
    }
    const goaway = readGoaway(bytes, start, end);
    if ("message" in goaway) {
      core.connectionError(goaway.code, goaway.message);
      return;
    }
    core.goawayCode = goaway.code;
    // One or two are a drain. Each walks all streams of a client, so that many are work for nothing.
    core.budget.countUseless();
    if (!core.closed) this.handler.onGoaway(goaway);
  }

  private apply(bytes: Uint8Array, start: number, end: number): void {
    const { core } = this;
    const { peer, sender } = core;
    const first = !peer.received;
    const { headerTableBytes, streamWindowBytes } = peer;
    const fault = peer.apply(bytes, start, end, !core.server);
    if (fault !== undefined) {
      core.connectionError(fault.code, fault.message);
      return;
    }
    if (peer.headerTableBytes !== headerTableBytes) sender.encoder.setPeerTableSize(peer.headerTableBytes);
    if (!this.resizeSendWindows(peer.streamWindowBytes - streamWindowBytes)) return;
    this.answers.ackSettings();
    core.notices.due = true;
    if (first) this.handler.onFirstSettings();
  }

  /** The initial window holds for open streams as well (RFC 9113 section 6.9.2). */
  private resizeSendWindows(difference: number): boolean {
    const { core } = this;
    if (difference === 0) return true;
    let fits = true;
    core.streams.each((stream) => {
      if (stream.growSendable(difference)) core.sender.schedule(stream);
      else fits = false;
    });
    if (fits) return true;
    core.connectionError(ErrorCode.FLOW_CONTROL_ERROR, "INITIAL_WINDOW_SIZE makes a window larger than 2^31-1");
    return false;
  }
}
