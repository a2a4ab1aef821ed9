import type { VictimOptions } from "./protocol.js";
import type { ClientStage, ServerStage } from "./stage.js";
import type { VectorName } from "./vectors-table.js";

/** What an attack may cost its victim. Where it is passed, the attack has won. */
export interface Bounds {
  readonly cpuMs: number;
  readonly loopDelayMs: number;
  readonly rssPeakBytes: number;
  readonly liveBytes: number;
  readonly heldBytes: number;
  readonly sentBytes: number;
}

export const mebibyte: number = 1_048_576;

/**
 * What holds unless an attack says otherwise. Live memory has room for code that was compiled meanwhile, resident memory for the
 * young generation of the heap, which V8 lets grow to 48 MiB before it collects, and 32 MiB beside it.
 */
export const defaultBounds: Bounds = {
  cpuMs: 4_000,
  loopDelayMs: 250,
  rssPeakBytes: 80 * mebibyte,
  liveBytes: 3 * mebibyte,
  heldBytes: 8 * mebibyte,
  sentBytes: 8 * mebibyte,
};

interface AttackBase {
  readonly name: string;
  readonly vector: VectorName;
  /** What stands against it: names of limits, or what is done. */
  readonly guard: string;
  readonly victim?: VictimOptions;
  /** Options that take the guard away: the attack must win then. Undefined where the guard is no option. */
  readonly unguarded?: VictimOptions;
  readonly bounds?: Partial<Bounds>;
  /** Runs in `npm test` too. */
  readonly quick?: boolean;
}

/** A hostile client against our server. */
export interface ServerAttack extends AttackBase {
  readonly role: "server";
  /** @returns how it ended, for the report; throws when it did not end as it has to */
  run(stage: ServerStage): Promise<string>;
}

/** A hostile server against our channel. */
export interface ClientAttack extends AttackBase {
  readonly role: "client";
  run(stage: ClientStage): Promise<string>;
}

export type Attack = ServerAttack | ClientAttack;
