import { type Interceptor, RpcError, Status } from "peregrine";

/** Under this key the authentication tells the handler who calls. */
export const userKey: unique symbol = Symbol("user");

/** Writes a line per call: method, status and time. Works on both sides. */
export function logging(log: (line: string) => void): Interceptor {
  return (next) => async (request) => {
    const start = performance.now();
    try {
      const response = await next(request);
      log(`${request.side} ${request.path} OK ${(performance.now() - start).toFixed(1)} ms`);
      return response;
    } catch (error) {
      const status = error instanceof RpcError ? error.codeName : "UNKNOWN";
      log(`${request.side} ${request.path} ${status} ${(performance.now() - start).toFixed(1)} ms`);
      throw error;
    }
  };
}

/** Server: lets only bearers of a known token in. */
export function authentication(users: ReadonlyMap<string, string>): Interceptor {
  return (next) => async (request) => {
    const header = request.metadata.get("authorization") ?? "";
    const user = users.get(header.replace(/^Bearer /, ""));
    if (user === undefined) throw new RpcError(Status.UNAUTHENTICATED, "send a known bearer token in authorization");
    request.values.set(userKey, user);
    return next(request);
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
 * Server: a token bucket for all calls together.
 *
 * @param burst how many calls may come at once
 * @param perSecond how many come free again each second
 */
export function rateLimit(
  burst: number,
  perSecond: number,
  nowMs: () => number = () => performance.now(),
): Interceptor {
  let tokens = burst;
  let filledAtMs = nowMs();
  return (next) => async (request) => {
    const now = nowMs();
    tokens = Math.min(burst, tokens + ((now - filledAtMs) / 1_000) * perSecond);
    filledAtMs = now;
    if (tokens < 1) throw new RpcError(Status.RESOURCE_EXHAUSTED, `more than ${perSecond} calls a second`);
    tokens -= 1;
    return next(request);
  };
}
