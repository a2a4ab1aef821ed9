import { Status, statusName } from "../../src/index.js";
import type { CallFacts } from "./call-facts.js";
import type { RunContext } from "./run-context.js";

/**
 * By how much a call may be late, in ms. Timers run when they are due; but of a call that its server ended in time, what
 * has come may still be decompressed, which takes up to 6 ms a message here.
 */
const slackMs = 8;

/** A call has ended: was the caller told what the facts allow? */
export function checkEnd(context: RunContext, facts: CallFacts): void {
  const { world } = context;
  const { status, plan } = facts;
  const problem = problemOf(context, facts);
  if (problem === undefined) return;
  const told = status === undefined || status < 0 ? "left" : statusName(status as Status);
  const handler = facts.handlerEnd ?? (facts.running ? "running" : "never begun");
  world.violate(
    "status",
    `call ${plan.id} (${plan.shape}) ended ${told} "${facts.message}", handler ${handler}: ${problem}`,
  );
}

/** Why this status cannot be, or undefined. */
function problemOf(context: RunContext, facts: CallFacts): string | undefined {
  const { plan } = facts;
  // A handler may fail with any code; then nothing else need be the reason.
  if (facts.handlerEnd === facts.status && facts.handlerEnd !== 0) return undefined;
  switch (facts.status) {
    case -1:
      return undefined;
    case Status.OK:
      return problemOfOk(facts);
    case Status.DEADLINE_EXCEEDED:
      return problemOfDeadline(context, facts);
    case Status.CANCELLED:
      return problemOfCancelled(context, facts);
    case Status.UNAVAILABLE:
      return problemOfUnavailable(context, facts);
    case Status.RESOURCE_EXHAUSTED:
      return problemOfExhausted(context, facts);
    case Status.UNKNOWN:
      return facts.handlerEnd === "error" ? undefined : "its handler threw nothing unknown";
    default:
      return plan.outcome === "status" && facts.status === plan.code
        ? "its handler has not failed with it"
        : "nothing gives this status";
  }
}

function problemOfUnavailable(context: RunContext, facts: CallFacts): string | undefined {
  if (mayBeRefused(context, facts)) return undefined;
  if (context.disturbance === undefined) return "nothing disturbed any connection";
  if (context.plan.profile !== "gentle" || context.closing) return undefined;
  const waits = facts.plan.waitForReady ?? context.plan.channels[facts.plan.channel]?.waitForReady ?? false;
  // A closed socket answers what still comes with a reset, which can overtake a GOAWAY behind a stall.
  if (facts.message.includes("the connection was reset by the peer")) return undefined;
  if (facts.message.includes("ended before it was of use") && closesEarly(context)) return undefined;
  if (waits) return "servers only drained, and the call was to wait for the next one";
  return context.refused ? undefined : "servers only drained, and connections could be made";
}

/** A policy that connects without a call meets servers that close what is idle or old, again and again, and backs off. */
function closesEarly({ plan }: RunContext): boolean {
  const { idleMsMax, ageMsMax } = plan.server.connection ?? {};
  return plan.policy.name !== "pick_first" && (idleMsMax !== undefined || ageMsMax !== undefined);
}

/**
 * A server takes no more streams than its limit whose caller has given up and whose handler still works; and what was
 * refused once, by that or by a drain, is tried again once only.
 */
function mayBeRefused({ calls, clientClock, plan }: RunContext, facts: CallFacts): boolean {
  const refused = /^the peer (reset the stream with REFUSED_STREAM|shut the connection down \(GOAWAY NO_ERROR\))/;
  if (!refused.test(facts.message)) return false;
  const drains = plan.faults.filter(({ kind }) => kind === "restart").length;
  if (drains > 1 || (drains > 0 && plan.server.connection?.ageMsMax !== undefined)) return true;
  return calls.some((other) => other.wasGivenUp(clientClock.nowMs()));
}

function problemOfOk(facts: CallFacts): string | undefined {
  const { plan, handlerEnd, received } = facts;
  // A handler that was stopped by its signal ends well where that signal came too late to be told.
  if (handlerEnd !== "ok") return "its handler did not end well";
  if (received !== plan.responseBytes.length) return `${received} responses of ${plan.responseBytes.length}`;
  return undefined;
}

function problemOfDeadline(context: RunContext, facts: CallFacts): string | undefined {
  const { timeoutMs } = facts.plan;
  if (timeoutMs === undefined) return "it has none";
  const takenMs = (facts.endedMs ?? 0) - (facts.startedMs ?? 0);
  // A server whose clock jumped is right to give up before its client.
  const early = timeoutMs - takenMs - context.serverClock.jumpedMs;
  return early > slackMs ? `${early} ms before its deadline` : undefined;
}

function problemOfCancelled(context: RunContext, facts: CallFacts): string | undefined {
  if (facts.abortedMs !== undefined || facts.requestsThrew) return undefined;
  return context.closing ? undefined : "nobody cancelled it";
}

function problemOfExhausted(context: RunContext, facts: CallFacts): string | undefined {
  const { plan } = context;
  const largest = Math.max(...facts.plan.requestBytes, ...facts.plan.responseBytes, 0);
  // The worst that the compression makes of a message is twice its length.
  if (2 * largest + 100 > plan.receiveMessageBytesMax) return undefined;
  if (othersOf(context, facts) >= (plan.channels[facts.plan.channel]?.waitingCallsMax ?? 0)) return undefined;
  if (plan.impatient || context.longWaits) return undefined;
  return "no limit was reached";
}

/** Calls of the same channel that ran at the same time as this one. */
function othersOf({ calls }: RunContext, facts: CallFacts): number {
  const fromMs = facts.startedMs ?? 0;
  return calls.filter((other) => other !== facts && other.plan.channel === facts.plan.channel && other.ranAfter(fromMs))
    .length;
}

/** While calls run: none may be late. Called after each event. */
export function checkTimes(context: RunContext): void {
  if (context.clientClock.isCatchingUp || context.serverClock.isCatchingUp) return;
  const clientMs = context.clientClock.nowMs();
  const serverMs = context.serverClock.nowMs();
  for (const facts of context.calls) {
    const { plan, startedMs, waitingSinceMs, handlerDeadlineMs, signal } = facts;
    if (waitingSinceMs !== undefined && startedMs !== undefined && plan.timeoutMs !== undefined) {
      const lateMs = clientMs - Math.max(startedMs + plan.timeoutMs, waitingSinceMs);
      if (lateMs > slackMs) context.world.violate("deadline", `call ${plan.id} is ${lateMs} ms past its deadline`);
    }
    if (waitingSinceMs !== undefined && clientMs - Math.max(context.cutMs, waitingSinceMs) > slackMs) {
      context.world.violate(
        "closing",
        `call ${plan.id} still runs, although its channel was closed and the grace is over`,
      );
    }
    if (facts.running && handlerDeadlineMs !== undefined && signal?.aborted === false) {
      const lateMs = serverMs - handlerDeadlineMs;
      if (lateMs > slackMs) context.world.violate("deadline", `call ${plan.id}: its handler is ${lateMs} ms past it`);
    }
  }
}
