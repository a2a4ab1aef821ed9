import { getEventListeners } from "node:events";
import type { SimulationRun } from "./simulation.js";

/** At the end of a run, all calls are over, all is closed: nothing may be left of it. */
export function checkLeftovers(run: SimulationRun): void {
  const { world, network, clientClock, serverClock } = run;
  const left = (text: string): void => world.violate("leftovers", text);
  if (clientClock.pendingTimers > 0) left(`${clientClock.pendingTimers} timers of clients`);
  if (serverClock.pendingTimers > 0) left(`${serverClock.pendingTimers} timers of servers`);
  if (world.time.pendingTimers > 0) left(`${world.time.pendingTimers} timers of the world`);
  if (network.links.size > 0) left(`${network.links.size} connections`);
  if (network.listenerCount > 0) left(`${network.listenerCount} listeners`);
  if (run.running > 0) left(`${run.running} handlers and iterables of requests`);
  for (const audit of run.audits) {
    const problem = audit.leftovers();
    if (problem !== undefined) left(problem);
  }
  for (const { plan, callerSignal } of run.calls) {
    if (callerSignal === undefined) continue;
    const count = getEventListeners(callerSignal, "abort").length;
    if (count > 0) left(`${count} listeners on the signal of call ${plan.id}`);
  }
}
