import type { CallEnd } from "../base/call-end.js";
import type { Clock } from "../base/clock.js";
import type { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import type { Admission } from "./gate.js";

/** Who wants to know how a call ends: gates that let it in, and interceptors. Made for calls that have some. */
export class CallEnding {
  private readonly clock: Clock;
  private readonly startMs: number;
  private readonly onFault: (fault: unknown) => void;
  private listeners: Admission[] | undefined;
  private end: CallEnd | undefined;

  /** @param onFault hears what listeners throw */
  constructor(clock: Clock, onFault: (fault: unknown) => void) {
    this.clock = clock;
    this.startMs = clock.nowMs();
    this.onFault = onFault;
  }

  /** Once the call has ended the listener is told at once: a gate may give a place to a call that is over meanwhile. */
  add(listener: Admission): void {
    if (this.end !== undefined) {
      this.tellOne(listener, this.end);
      return;
    }
    this.listeners ??= [];
    this.listeners.push(listener);
  }

  /** The call has ended. Called once; `error` is undefined for OK. */
  tell(error: RpcError | undefined): void {
    const durationMs = this.clock.nowMs() - this.startMs;
    const end = { status: error?.code ?? Status.OK, error, durationMs };
    this.end = end;
    const { listeners } = this;
    this.listeners = undefined;
    for (const listener of listeners ?? []) this.tellOne(listener, end);
  }

  private tellOne(listener: Admission, end: CallEnd): void {
    try {
      listener.onEnd(end);
    } catch (fault) {
      this.onFault(fault);
    }
  }
}
