import type { Clock } from "../base/clock.js";
import type { StreamHandler, TransportFailure } from "../base/transport.js";
import type { Notices } from "./notices.js";

/** Handlers that are told of their stream's end in a turn of its own: they cannot be while their own call is running. */
export class LateResets {
  private readonly clock: Clock;
  private readonly notices: Notices;
  private readonly waiting: { readonly handler: StreamHandler; readonly failure: TransportFailure }[] = [];

  constructor(clock: Clock, notices: Notices) {
    this.clock = clock;
    this.notices = notices;
  }

  add(handler: StreamHandler, failure: TransportFailure): void {
    if (this.waiting.push({ handler, failure }) === 1) this.clock.setTimer(0, () => this.tell());
  }

  /** Tells all of them. */
  tell(): void {
    for (let next = this.waiting.shift(); next !== undefined; next = this.waiting.shift()) {
      this.notices.reset(next.handler, next.failure);
    }
  }
}
