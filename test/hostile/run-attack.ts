import { type Attack, type Bounds, type ClientAttack, defaultBounds, type ServerAttack } from "./attack.js";
import { Child } from "./child.js";
import type { Cost, HonestReport, Served, VictimOptions, VictimState } from "./protocol.js";
import { ClientStage, type Effort, ServerStage, type Stage } from "./stage.js";

/** What a victim has open is gone in this time after its attacker let go, in ms. */
const teardownMs = 5_000;
const pollMs = 20;

/** How an attack went. */
export interface Result {
  readonly attack: Attack;
  readonly outcome: string;
  readonly effort: Effort;
  readonly cost: Cost | undefined;
  readonly honest: HonestReport | undefined;
  readonly bounds: Bounds;
  /** What is wrong; empty when the victim stood. */
  readonly problems: readonly string[];
}

/** What all attacks share: the process of the honest peers. */
export interface HonestPeers {
  readonly child: Child;
  readonly served: Served;
}

export async function startHonestPeers(): Promise<HonestPeers> {
  const child = new Child();
  return { child, served: await child.call("serve", {}) };
}

interface Victim {
  readonly child: Child;
  /** Its server; undefined for a victim that is a client. */
  readonly served: Served | undefined;
}

/**
 * Runs attacks one after the other. Those of one role with the same options meet the same victim, which has to be as it was when
 * an attack is over, and to end by itself after the last one; where an attack won, the next has a victim of its own. Never throws.
 */
export async function runAttacks(
  attacks: readonly Attack[],
  honest: HonestPeers,
  unguarded: boolean,
  onResult: (result: Result) => void = () => undefined,
): Promise<Result[]> {
  const groups = new Map<string, Attack[]>();
  for (const attack of attacks) {
    const name = groupOf(attack, unguarded);
    groups.set(name, [...(groups.get(name) ?? []), attack]);
  }
  const results = new Map<Attack, Result>();
  for (const group of groups.values()) {
    for (const result of await runGroup(group, honest, unguarded)) {
      results.set(result.attack, result);
      onResult(result);
    }
  }
  return attacks.map((attack) => results.get(attack) as Result);
}

function optionsOf(attack: Attack, unguarded: boolean): VictimOptions {
  return { ...attack.victim, ...(unguarded ? attack.unguarded : {}) };
}

/** A bound on resident memory needs a process that took none before. */
function groupOf(attack: Attack, unguarded: boolean): string {
  const alone = attack.bounds?.rssPeakBytes === undefined ? "" : attack.name;
  return JSON.stringify([attack.role, optionsOf(attack, unguarded), alone]);
}

async function runGroup(group: readonly Attack[], honest: HonestPeers, unguarded: boolean): Promise<Result[]> {
  const results: Result[] = [];
  let victim: Victim | undefined;
  for (const attack of group) {
    const options = optionsOf(attack, unguarded);
    const run = new Run(attack, honest, unguarded);
    try {
      victim ??= await startVictim(attack, options);
      await run.against(victim, options);
      if (run.failed || attack === group.at(-1)) run.note(await victim.child.stop());
    } catch (error) {
      run.note(error instanceof Error ? error.message : String(error));
    }
    if (run.failed) {
      victim?.child.kill();
      victim = undefined;
    }
    results.push(run.result());
  }
  return results;
}

async function startVictim(attack: Attack, options: VictimOptions): Promise<Victim> {
  const child = new Child(options.openFilesMax);
  try {
    return { child, served: attack.role === "server" ? await child.call("serve", options) : undefined };
  } catch (error) {
    child.kill();
    throw error;
  }
}

class Run {
  readonly #attack: Attack;
  readonly #honest: HonestPeers;
  readonly #unguarded: boolean;
  readonly #problems: string[] = [];
  #outcome = "none";
  #effort: Effort = { connections: 0, frames: 0, bytes: 0, receivedBytes: 0 };
  #cost: Cost | undefined;
  #report: HonestReport | undefined;

  constructor(attack: Attack, honest: HonestPeers, unguarded: boolean) {
    this.#attack = attack;
    this.#honest = honest;
    this.#unguarded = unguarded;
  }

  get failed(): boolean {
    return this.#problems.length > 0;
  }

  async against({ child, served }: Victim, options: VictimOptions): Promise<void> {
    if (this.#attack.role === "client") await this.#againstClient(this.#attack, child, options);
    else if (served !== undefined) await this.#againstServer(this.#attack, child, served);
  }

  async #againstServer(attack: ServerAttack, victim: Child, served: Served): Promise<void> {
    const caller = this.#honest.child;
    await caller.call("honestBegin", served);
    try {
      const stage = new ServerStage(victim, served, this.#unguarded);
      await this.#play(victim, stage, () => attack.run(stage));
    } finally {
      this.#checkHonest(await caller.call("honestEnd"));
    }
    const { failures } = await caller.call("honestOnce", served);
    for (const failure of failures) this.note(`the next honest client failed: ${failure}`);
  }

  async #againstClient(attack: ClientAttack, victim: Child, options: VictimOptions): Promise<void> {
    const stage = await ClientStage.start(victim, this.#honest.served, this.#unguarded);
    try {
      const { openFilesMax: _, ...dialOptions } = options;
      await victim.call("dial", {
        ...dialOptions,
        hostilePort: stage.port,
        honestAddress: this.#honest.served.address,
      });
      await this.#play(victim, stage, () => attack.run(stage));
      this.#checkHonest(await victim.call("honestEnd"));
      if (options.tls === true) return;
      stage.turnHonest();
      const plan = { method: "unary", count: 1, timeoutMs: 5_000, waitForReady: true } as const;
      for (const { status, message } of await victim.call("calls", plan)) {
        if (status !== "OK") this.note(`the next call of the channel failed: ${status}: ${message}`);
      }
    } finally {
      stage.close();
    }
  }

  /** The attack between the two measurements, and what is left when it has ended. */
  async #play(victim: Child, stage: Stage, run: () => Promise<string>): Promise<void> {
    const before = await victim.call("state");
    await victim.call("begin");
    try {
      this.#outcome = await run();
    } catch (error) {
      this.note(error instanceof Error ? error.message : String(error));
    }
    this.#effort = stage.effort();
    stage.endAttack();
    const after = await this.#settled(victim, before);
    this.#cost = await victim.call("end");
    this.#checkState(before, after);
    this.#checkBounds(this.#cost);
  }

  /** The state once nothing is left, or when the time for it is over. */
  async #settled(victim: Child, before: VictimState): Promise<VictimState> {
    for (let waitedMs = 0; ; waitedMs += pollMs) {
      const state = await victim.call("state");
      if (waitedMs >= teardownMs || leftOver(before, state).length === 0) return state;
      await new Promise((resolve) => setTimeout(resolve, pollMs));
    }
  }

  #checkState(before: VictimState, after: VictimState): void {
    for (const left of leftOver(before, after)) this.note(`left behind: ${left}`);
    for (const name of after.polluted) this.note(`every object has got a property ${name}`);
    for (const fault of after.faults.slice(before.faults.length)) this.note(`a fault of ours: ${fault}`);
  }

  #checkHonest(report: HonestReport): void {
    this.#report = report;
    if (report.calls === 0) this.note("no honest call was answered");
    for (const failure of report.failures.slice(0, 3)) this.note(`an honest call failed: ${failure}`);
  }

  #checkBounds(cost: Cost): void {
    const bounds = boundsOf(this.#attack);
    const found = { ...cost, sentBytes: this.#effort.receivedBytes };
    for (const name of Object.keys(bounds) as (keyof Bounds)[]) {
      if (found[name] <= bounds[name]) continue;
      this.note(`${name} ${Math.round(found[name])} is over the bound of ${bounds[name]}`);
    }
  }

  note(problem: string | undefined): void {
    if (problem !== undefined) this.#problems.push(problem);
  }

  result(): Result {
    return {
      attack: this.#attack,
      outcome: this.#outcome,
      effort: this.#effort,
      cost: this.#cost,
      honest: this.#report,
      bounds: boundsOf(this.#attack),
      problems: this.#problems,
    };
  }
}

function boundsOf(attack: Attack): Bounds {
  return { ...defaultBounds, ...attack.bounds };
}

/** Kinds of resources of which there are more than before, and handlers that still run. */
function leftOver(before: VictimState, after: VictimState): string[] {
  const left: string[] = [];
  for (const [kind, count] of Object.entries(after.resources)) {
    // The channel to the parent, which is asked at this moment.
    if (kind === "PipeWrap") continue;
    // Deadlines and pauses of the honest calls come and go.
    const allowed = (before.resources[kind] ?? 0) + (kind === "Timeout" || kind === "Immediate" ? 2 : 0);
    if (count > allowed) left.push(`${count - allowed} x ${kind}`);
  }
  if (after.handlers > 1) left.push(`${after.handlers} handlers`);
  return left;
}
