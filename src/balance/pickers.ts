import type { RpcError } from "../base/rpc-error.js";
import type { BalancedSubchannel, Picker } from "./load-balancer.js";

/** All calls go to one connection. */
export class OnePicker<Subchannel extends BalancedSubchannel> implements Picker<Subchannel> {
  private readonly subchannel: Subchannel;

  constructor(subchannel: Subchannel) {
    this.subchannel = subchannel;
  }

  pick(): Subchannel {
    return this.subchannel;
  }
}

/** All calls wait; the first one sets things going. */
export class QueuePicker implements Picker<never> {
  private readonly onPick: () => void;

  /** @param onPick called at each pick */
  constructor(onPick: () => void = ignore) {
    this.onPick = onPick;
  }

  pick(): undefined {
    this.onPick();
    return undefined;
  }
}

/** All calls fail, but those that wait for ready. */
export class FailPicker implements Picker<never> {
  private readonly error: RpcError;

  constructor(error: RpcError) {
    this.error = error;
  }

  pick(): RpcError {
    return this.error;
  }
}

function ignore(): void {
  // Nothing to set going.
}
