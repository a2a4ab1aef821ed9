/**
 * The life of a stream (RFC 9113 section 5.1), without the reserved states: we neither push nor take pushes.
 *
 *                       +--------+
 *                       |  idle  |
 *                       +--------+
 *                            | send HEADERS / recv HEADERS
 *                            v
 *                       +--------+
 *          recv END     |        |     send END
 *         ,-------------|  open  |-------------.
 *        v              |        |              v
 *   +----------+        +--------+         +----------+
 *   |   half   |             |             |   half   |
 *   |  closed  |             | send RST /  |  closed  |
 *   | (remote) |             | recv RST    | (local)  |
 *   +----------+             v             +----------+
 *        |    send END  +--------+  recv END    |
 *        `------------->| closed |<-------------'
 *            or any RST +--------+ or any RST
 */
export const StreamState = { IDLE: 0, OPEN: 1, HALF_CLOSED_LOCAL: 2, HALF_CLOSED_REMOTE: 3, CLOSED: 4 } as const;
export type StreamState = (typeof StreamState)[keyof typeof StreamState];

/** What moves a stream. HEADERS with END_STREAM is two events. */
export const StreamEvent = { HEADERS: 0, SEND_END: 1, RECEIVE_END: 2, RESET: 3 } as const;
export type StreamEvent = (typeof StreamEvent)[keyof typeof StreamEvent];

/** The next state. An event that the state does not know leaves it as it is: what is wrong with it was told before. */
export function nextState(state: StreamState, event: StreamEvent): StreamState {
  switch (event) {
    case StreamEvent.HEADERS:
      return state === StreamState.IDLE ? StreamState.OPEN : state;
    case StreamEvent.SEND_END:
      if (state === StreamState.OPEN) return StreamState.HALF_CLOSED_LOCAL;
      return state === StreamState.HALF_CLOSED_REMOTE ? StreamState.CLOSED : state;
    case StreamEvent.RECEIVE_END:
      if (state === StreamState.OPEN) return StreamState.HALF_CLOSED_REMOTE;
      return state === StreamState.HALF_CLOSED_LOCAL ? StreamState.CLOSED : state;
    case StreamEvent.RESET:
      return StreamState.CLOSED;
  }
}

/** True while we may send DATA and HEADERS. */
export function canSend(state: StreamState): boolean {
  return state === StreamState.OPEN || state === StreamState.HALF_CLOSED_REMOTE;
}

/** True while the peer may send DATA and HEADERS. */
export function canReceive(state: StreamState): boolean {
  return state === StreamState.OPEN || state === StreamState.HALF_CLOSED_LOCAL;
}
