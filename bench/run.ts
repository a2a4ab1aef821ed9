import type { Peer } from "./peer.js";
import type { LineResult } from "./results.js";
import { type Row, takesPart } from "./rows/row.js";
import { type Summary, summarize } from "./statistics.js";

/** How long everything takes. */
export interface Pace {
  readonly rounds: number;
  readonly durationMs: number;
  readonly warmUpMs: number;
  /** More of it, after a process has just been started. */
  readonly newWarmUpMs: number;
  readonly quick: boolean;
}

/** For a claim: pinned to one core, with its compiler threads beside it, a large code base takes seconds to reach its speed. */
export const fullPace: Pace = { rounds: 5, durationMs: 1_000, warmUpMs: 1_000, newWarmUpMs: 3_000, quick: false };
/** For a look: all rows in three minutes. */
export const quickPace: Pace = { rounds: 2, durationMs: 100, warmUpMs: 100, newWarmUpMs: 800, quick: true };

export type Progress = (text: string) => void;

/**
 * Rounds in turns (ours, theirs, ours, theirs), so that a slow moment of the machine hits all, after a warm-up of each. A
 * peer that fails is named as failed, and the others go on.
 */
export async function runRow(
  row: Row,
  peers: readonly Peer[],
  pace: Pace,
  progress: Progress,
): Promise<readonly LineResult[]> {
  const rounds = new Map<Peer, (readonly number[])[]>();
  const failures = new Map<string, string>();
  const attempt = async (peer: Peer, durationMs: number, warmUp: boolean): Promise<void> => {
    try {
      const numbers = await row.measure(peer, { durationMs, warmUp, quick: pace.quick });
      if (!warmUp) rounds.get(peer)!.push(numbers);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      failures.set(peer.name, message.startsWith(peer.name) ? message : `${peer.name}: ${message}`);
      rounds.delete(peer);
      await peer.stop();
    }
  };
  for (const peer of peers.filter((candidate) => takesPart(row, candidate, pace.quick))) {
    rounds.set(peer, []);
    progress(`${row.name}: ${peer.name} warms up`);
    if (row.warmsUp === false) continue;
    const { started } = peer;
    await attempt(peer, pace.warmUpMs, true);
    if (peer.started > started && rounds.has(peer)) await attempt(peer, pace.newWarmUpMs, true);
  }
  const most = pace.quick && row.slow === true ? 1 : (row.roundsMax ?? pace.rounds);
  const count = Math.min(pace.rounds, most);
  for (let round = 0; round < count; round++) {
    for (const peer of [...rounds.keys()]) {
      progress(`${row.name}: ${peer.name} round ${round + 1} of ${count}`);
      await attempt(peer, pace.durationMs, false);
    }
  }
  return linesOf(row, rounds, failures);
}

function linesOf(
  row: Row,
  rounds: ReadonlyMap<Peer, readonly (readonly number[])[]>,
  failures: ReadonlyMap<string, string>,
): LineResult[] {
  return row.figures.flatMap((figure, index) => {
    const summaries = new Map<string, Summary>();
    for (const [peer, all] of rounds) {
      // A row may leave a figure out of a quick run.
      const numbers = all.map((figures) => figures[index] ?? Number.NaN).filter((number) => !Number.isNaN(number));
      if (numbers.length > 0) summaries.set(peer.name, summarize(numbers));
    }
    if (summaries.size === 0 && failures.size === 0) return [];
    return [{ group: row.group, figure, summaries, failures, note: row.note }];
  });
}

/** Runs rows one after the other. Where there is time each has new processes, so that no row leaves its traces in another. */
export async function runRows(
  rows: readonly Row[],
  peers: readonly Peer[],
  pace: Pace,
  progress: Progress,
): Promise<readonly LineResult[]> {
  const lines: LineResult[] = [];
  try {
    for (const row of rows) {
      if (row.leftOut !== undefined) continue;
      lines.push(...(await runRow(row, peers, pace, progress)));
      if (!pace.quick) for (const peer of peers) await peer.stop();
    }
  } finally {
    for (const peer of peers) await peer.stop();
  }
  return lines;
}
