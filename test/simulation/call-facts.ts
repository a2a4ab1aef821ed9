import { Status } from "../../src/index.js";
import type { CallPlan } from "./call-plan.js";

/** How a handler came out: a status, `error` for what is no status. */
export type HandlerEnd = "ok" | "error" | "stopped" | number;

/** What is known of one call, from both sides. The checks compare it with what the caller was told. */
export class CallFacts {
  readonly plan: CallPlan;
  /** By the caller's clock; undefined before. */
  startedMs: number | undefined;
  endedMs: number | undefined;
  /** What the caller was told; -1 when he left the iteration himself. */
  status: number | undefined;
  message = "";
  /** Since when the caller waits for something of the call, by his clock; undefined while he does not. */
  waitingSinceMs: number | undefined;
  abortedMs: number | undefined;
  requestsThrew = false;
  /** What the caller aborts with. */
  callerSignal: AbortSignal | undefined;
  received = 0;
  headersTold = 0;
  trailersTold = 0;

  // ---- the server's side
  invocations = 0;
  running = false;
  handlerEnd: HandlerEnd | undefined;
  /** By the server's clock; undefined without one. */
  handlerDeadlineMs: number | undefined;
  signal: AbortSignal | undefined;
  sent = 0;
  requestsRead = 0;

  /** It ran at that time, or began later. */
  ranAfter(ms: number): boolean {
    return this.startedMs !== undefined && (this.endedMs ?? Number.POSITIVE_INFINITY) >= ms;
  }

  /** The call is over for its caller, and the handler may not have noticed yet. A slow reader hears of it later still. */
  wasGivenUp(nowMs: number): boolean {
    const { status, startedMs, abortedMs, plan } = this;
    if (status === -1 || status === Status.RESOURCE_EXHAUSTED || abortedMs !== undefined || this.requestsThrew)
      return true;
    return startedMs !== undefined && plan.timeoutMs !== undefined && nowMs >= startedMs + plan.timeoutMs;
  }

  constructor(plan: CallPlan) {
    this.plan = plan;
  }
}
