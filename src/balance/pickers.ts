import type { RpcError } from "../base/rpc-error.js";
import type { Picker, PickResult, Subchannel } from "./load-balancer.js";

/** All calls go to one subchannel. */
export class OnePicker implements Picker {
  private readonly result: PickResult;

  constructor(subchannel: Subchannel) {
    this.result = { kind: "pick", subchannel };
  }

  pick(): PickResult {
    return this.result;
  }
}

const queue: PickResult = { kind: "queue" };

/** All calls wait; the first one sets things going. */
export class QueuePicker implements Picker {
  private readonly onPick: () => void;

  /** @param onPick called at each pick */
  constructor(onPick: () => void = ignore) {
    this.onPick = onPick;
  }

  pick(): PickResult {
    this.onPick();
    return queue;
  }
}

/** All calls fail, but those that wait for ready. */
export class FailPicker implements Picker {
  private readonly result: PickResult;

  constructor(error: RpcError) {
    this.result = { kind: "fail", error };
  }

  pick(): PickResult {
    return this.result;
  }
}

function ignore(): void {
  // Nothing to set going.
}
