import type { SeededRandom } from "../simulation/seeded-random.js";

/** What is fuzzed in one way. An input is a list of steps, so that all inputs can be made smaller in the same way. */
export interface TargetOf<Step> {
  readonly name: string;
  /** One line for people. */
  readonly about: string;
  /** Part of the time that it gets, compared with others. */
  readonly share: number;
  /** Makes the input of a seed. */
  make(random: SeededRandom): readonly Step[] | Promise<readonly Step[]>;
  /** Simpler forms of a step, the simplest first; none by default. */
  simpler?(step: Step): readonly Step[];
  /**
   * Runs an input, any part of one that `make` gave.
   *
   * @param random the same for each run of a seed
   * @throws when a rule is broken
   */
  run(steps: readonly Step[], random: SeededRandom): void | Promise<void>;
  /** A step for people. Default: JSON, bytes as hex. */
  show?(step: Step): string;
}

/** A target whose kind of steps only itself knows. */
export type FuzzTarget = TargetOf<unknown>;

/** Hides what the steps are: only what `make` gave comes back to the target. */
export function target<Step>(one: TargetOf<Step>): FuzzTarget {
  return one as unknown as FuzzTarget;
}

/** How a step is shown that says nothing itself. */
export function showStep(step: unknown): string {
  return JSON.stringify(step, (_key, value: unknown) => {
    if (value instanceof Uint8Array) return `hex:${Buffer.from(value).toString("hex")}`;
    return typeof value === "bigint" ? `${value}n` : value;
  });
}
