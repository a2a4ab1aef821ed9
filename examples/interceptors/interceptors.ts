import { type Gate, type Interceptor, RpcError, Status, statusName } from "peregrine";

/** Under this key the authentication tells the handler who calls. */
export const userKey: unique symbol = Symbol("user");

/** Server: writes a line per call, of any shape, when it has ended: method, status and time. */
export function logging(log: (line: string) => void): Interceptor {
  return (next) => (request) => {
    request.onEnd(({ status, durationMs }) => log(`${request.path} ${statusName(status)} ${durationMs.toFixed(1)} ms`));
    return next(request);
  };
}

/** Server: lets only bearers of a known token in. A gate, since the headers tell: no message of a stranger is decoded. */
export function authentication(users: ReadonlyMap<string, string>): Gate {
  return {
    admit(call) {
      const header = String(call.metadata.get("authorization") ?? "");
      const user = users.get(header.replace(/^Bearer /, ""));
      if (user === undefined) return new RpcError(Status.UNAUTHENTICATED, "send a known bearer token in authorization");
      call.values.set(userKey, user);
      return undefined;
    },
  };
}

/** Client: sends a bearer token with every call. */
export function bearer(token: string): Interceptor {
  return (next) => async (request) => {
    request.metadata.set("authorization", `Bearer ${token}`);
    return next(request);
  };
}

/**
 * Server: a token bucket for all calls together. A gate: a call too many costs little.
 *
 * @param burst how many calls may come at once
 * @param perSecond how many come free again each second
 */
export function rateLimit(burst: number, perSecond: number, nowMs: () => number = () => performance.now()): Gate {
  let tokens = burst;
  let filledAtMs = nowMs();
  return {
    admit() {
      const now = nowMs();
      tokens = Math.min(burst, tokens + ((now - filledAtMs) / 1_000) * perSecond);
      filledAtMs = now;
      if (tokens < 1) return new RpcError(Status.RESOURCE_EXHAUSTED, `more than ${perSecond} calls a second`);
      tokens -= 1;
      return undefined;
    },
  };
}
