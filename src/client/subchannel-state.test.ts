import assert from "node:assert/strict";
import { test } from "node:test";
import { ConnectivityState } from "../balance/connectivity-state.js";
import { nextState, type SubchannelEvent } from "./subchannel-state.js";

const events: SubchannelEvent[] = ["connect", "ready", "failed", "backoffOver", "lost", "released", "shutdown"];

test("every event in every state", () => {
  const { IDLE, CONNECTING, READY, TRANSIENT_FAILURE, SHUTDOWN } = ConnectivityState;
  const expected: [ConnectivityState, ConnectivityState[]][] = [
    [IDLE, [CONNECTING, IDLE, IDLE, IDLE, IDLE, IDLE, SHUTDOWN]],
    [CONNECTING, [CONNECTING, READY, TRANSIENT_FAILURE, CONNECTING, CONNECTING, IDLE, SHUTDOWN]],
    [READY, [READY, READY, TRANSIENT_FAILURE, READY, IDLE, IDLE, SHUTDOWN]],
    [
      TRANSIENT_FAILURE,
      [TRANSIENT_FAILURE, TRANSIENT_FAILURE, TRANSIENT_FAILURE, IDLE, TRANSIENT_FAILURE, TRANSIENT_FAILURE, SHUTDOWN],
    ],
    [SHUTDOWN, [SHUTDOWN, SHUTDOWN, SHUTDOWN, SHUTDOWN, SHUTDOWN, SHUTDOWN, SHUTDOWN]],
  ];
  for (const [state, next] of expected) {
    assert.deepEqual(
      events.map((event) => nextState(state, event)),
      next,
      state,
    );
  }
});
