import type { Profile } from "./plan.js";
import type { SeededRandom } from "./seeded-random.js";

/** Something that goes wrong, or is done to the servers, at a time. */
export type FaultPlan = { readonly atMs: number } & (
  | { readonly kind: "reset" | "half-close" }
  | { readonly kind: "stall"; readonly ms: number }
  | { readonly kind: "partition"; readonly port: number; readonly ms: number }
  | { readonly kind: "refuse"; readonly ms: number }
  | { readonly kind: "jump"; readonly side: "client" | "server"; readonly ms: number }
  | { readonly kind: "restart"; readonly port: number; readonly graceMs: number; readonly awayMs: number }
);

/** A drain that lets all calls end takes at most so long: no call is planned to run as long. */
const patientGraceMs = 600_000;

export function planFaults(
  random: SeededRandom,
  profile: Profile,
  ports: readonly number[],
  activeMs: number,
  starts: readonly number[],
): FaultPlan[] {
  if (profile === "calm") return [];
  const count = random.int(0, profile === "gentle" ? 4 : 6);
  // What happens in the very turn in which a call begins is what is thought of least.
  const moment = (): number => (random.chance(0.3) ? random.pick(starts) : Math.floor(random.next() * activeMs * 1.2));
  return Array.from({ length: count }, moment).flatMap((atMs) =>
    profile === "rough" ? planFault(random, ports, atMs) : planGentle(random, ports, atMs),
  );
}

/** A server that drains, a connection that stalls, or a server that drains while its connection stalls. */
function planGentle(random: SeededRandom, ports: readonly number[], atMs: number): FaultPlan[] {
  const stall = { kind: "stall", atMs: Math.max(0, atMs - 1), ms: random.scale(500, 8_000) } as const;
  if (random.chance(0.3)) return [stall];
  const awayMs = random.scale(1, 2_000);
  const restart = { kind: "restart", atMs, port: random.pick(ports), graceMs: patientGraceMs, awayMs } as const;
  return random.chance(0.5) ? [stall, restart] : [restart];
}

function planFault(random: SeededRandom, ports: readonly number[], atMs: number): FaultPlan {
  const kind = random.pick<FaultPlan["kind"]>([
    "reset",
    "reset",
    "half-close",
    "stall",
    "partition",
    "refuse",
    "jump",
    "restart",
    "restart",
  ]);
  switch (kind) {
    case "reset":
    case "half-close":
      return { kind, atMs };
    case "stall":
      return { kind, atMs, ms: random.scale(1, 5_000) };
    case "partition":
      return { kind, atMs, port: random.pick(ports), ms: random.scale(5, 40_000) };
    case "refuse":
      return { kind, atMs, ms: random.scale(5, 3_000) };
    case "jump":
      return { kind, atMs, side: random.pick(["client", "server"] as const), ms: random.scale(1, 60_000) };
    case "restart":
      return {
        kind,
        atMs,
        port: random.pick(ports),
        graceMs: random.pick([0, 5, 200, 10_000]),
        awayMs: random.pick([0, 1, 50, 2_000]),
      };
  }
}
