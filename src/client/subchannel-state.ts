import { ConnectivityState } from "../balance/connectivity-state.js";

/** What happens to a subchannel. */
export type SubchannelEvent = "connect" | "ready" | "failed" | "backoffOver" | "lost" | "released" | "shutdown";

const { IDLE, CONNECTING, READY, TRANSIENT_FAILURE, SHUTDOWN } = ConnectivityState;

const transitions: {
  readonly [state in ConnectivityState]: { readonly [event in SubchannelEvent]?: ConnectivityState };
} = {
  IDLE: { connect: CONNECTING, shutdown: SHUTDOWN },
  CONNECTING: { ready: READY, failed: TRANSIENT_FAILURE, released: IDLE, shutdown: SHUTDOWN },
  READY: { lost: IDLE, failed: TRANSIENT_FAILURE, released: IDLE, shutdown: SHUTDOWN },
  TRANSIENT_FAILURE: { backoffOver: IDLE, shutdown: SHUTDOWN },
  SHUTDOWN: {},
};

/**
 * Where an event leads from a state; the same state where it means nothing there (grpc/grpc
 * `doc/connectivity-semantics-and-api.md`, and gRFC A61: after its backoff a subchannel is IDLE, not CONNECTING).
 *
 *   IDLE --connect--> CONNECTING --ready--> READY --lost (closed, GOAWAY)--> IDLE
 *                     CONNECTING --failed--> TRANSIENT_FAILURE --backoffOver--> IDLE
 *                     READY --failed (lost before it was of any use)--> TRANSIENT_FAILURE
 *   CONNECTING, READY --released (nobody wants it any more)--> IDLE
 *   all --shutdown--> SHUTDOWN
 */
export function nextState(state: ConnectivityState, event: SubchannelEvent): ConnectivityState {
  return transitions[state][event] ?? state;
}
