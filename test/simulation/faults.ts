import { coreOf } from "./engine-view.js";
import type { FaultPlan } from "./fault-plan.js";
import type { Link } from "./simulated-network.js";
import type { SimulationRun } from "./simulation.js";

/** A server bears with a peer that takes nothing for 30 s; pauses add up. */
const longMs = 4_000;

/** Does to the run what its plan says goes wrong now. */
export function applyFault(run: SimulationRun, fault: FaultPlan): void {
  const { world, network } = run;
  if ("ms" in fault && fault.ms > longMs) run.longWaits = true;
  switch (fault.kind) {
    case "reset":
    case "half-close": {
      const link = anyLink(run);
      if (link === undefined) return;
      if (fault.kind === "reset") network.reset(link);
      else network.halfClose(link);
      return;
    }
    case "stall": {
      const link = anyLink(run);
      if (link !== undefined) network.stall(link, fault.ms);
      return;
    }
    case "partition":
      network.partition(fault.port);
      world.after(fault.ms, () => network.heal(fault.port));
      return;
    case "refuse":
      network.refuseChance = 0.7;
      world.after(fault.ms, () => {
        network.refuseChance = 0;
      });
      return;
    case "jump":
      run.disturb("a jump of a clock");
      world.log.note("world", "jump", fault.side, fault.ms);
      (fault.side === "client" ? run.clientClock : run.serverClock).jump(fault.ms);
      return;
    case "restart":
      if (run.hasServer(fault.port)) run.restartServer(fault.port, fault.graceMs, fault.awayMs);
  }
}

/** A server that never heard of a client closes without a word: in a gentle run only connections that are made stall. */
function anyLink({ network, world, plan }: SimulationRun): Link | undefined {
  const isMade = (link: Link): boolean => coreOf(link.server)?.peer.received === true;
  const links = [...network.links].filter((link) => plan.profile === "rough" || isMade(link));
  return links.length === 0 ? undefined : world.random.pick(links);
}
