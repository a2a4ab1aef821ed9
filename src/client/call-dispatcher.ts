import type { Picker } from "../balance/load-balancer.js";
import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import type { WaitingCall } from "../call/client-method.js";
import type { Subchannel } from "./subchannel.js";

/** Keeps the process alive; see `ProcessHold`. */
export interface Hold {
  hold(): void;
  release(): void;
}

/**
 * Brings calls to connections: at once where the picker has one with a free stream; else they wait in order, bounded in
 * number, for another picker or a free stream (gRPC `doc/wait-for-ready.md`).
 */
export class CallDispatcher {
  readonly #waitingMax: number;
  readonly #hold: Hold;
  readonly #waiting: Set<WaitingCall> = new Set();
  private picker: Picker<Subchannel>;
  /** The picked connection had no free stream: all wait until it has, so that none overtakes. */
  private saturated = false;
  private serving = false;

  constructor(waitingMax: number, hold: Hold, picker: Picker<Subchannel>) {
    this.#waitingMax = waitingMax;
    this.#hold = hold;
    this.picker = picker;
  }

  /** How many calls wait. */
  get waitingCount(): number {
    return this.#waiting.size;
  }

  /** True while calls wait since the server allows no more streams at once. */
  get isSaturated(): boolean {
    return this.saturated;
  }

  dispatch(call: WaitingCall): void {
    const { picker } = this;
    if (!this.saturated && this.place(call)) return;
    if (this.#waiting.size >= this.#waitingMax) {
      const text = `${this.#waitingMax} calls wait for a connection or a free stream already (limit waitingCallsMax)`;
      call.refuse(new RpcError(Status.RESOURCE_EXHAUSTED, text));
      return;
    }
    this.#waiting.add(call);
    this.#hold.hold();
    // The pick itself may have set something going that ended at once.
    if (this.picker !== picker) this.#serve();
  }

  withdraw(call: WaitingCall): void {
    if (this.#waiting.delete(call)) this.#releaseIfEmpty();
  }

  setPicker(picker: Picker<Subchannel>): void {
    this.picker = picker;
    this.saturated = false;
    this.#serve();
  }

  /** A stream may be free again. */
  onCapacity(): void {
    this.saturated = false;
    this.#serve();
  }

  /** There will be no connection any more: all that wait fail. */
  refuseAll(error: () => RpcError): void {
    for (const call of [...this.#waiting]) {
      this.#waiting.delete(call);
      call.refuse(error());
    }
    this.#releaseIfEmpty();
  }

  /** @returns false when the call has to wait */
  private place(call: WaitingCall): boolean {
    const pick = this.picker.pick();
    if (pick === undefined) return false;
    if (pick instanceof RpcError) {
      if (call.waitForReady) return false;
      call.refuse(new RpcError(pick.code, pick.message, { cause: pick }));
      return true;
    }
    const { connection } = pick;
    if (connection === undefined) return false;
    if (call.open(connection, connection.peer)) return true;
    this.saturated = true;
    return false;
  }

  /** Offers the picker's connection to those that wait, in order. */
  #serve(): void {
    if (this.serving) return;
    this.serving = true;
    try {
      for (let picker: Picker<Subchannel> | undefined; picker !== this.picker; ) {
        picker = this.picker;
        this.#offer(picker);
      }
    } finally {
      this.serving = false;
      this.#releaseIfEmpty();
    }
  }

  #offer(picker: Picker<Subchannel>): void {
    for (const call of this.#waiting) {
      if (this.saturated || picker !== this.picker) return;
      if (this.place(call)) this.#waiting.delete(call);
    }
  }

  #releaseIfEmpty(): void {
    if (this.#waiting.size === 0) this.#hold.release();
  }
}
