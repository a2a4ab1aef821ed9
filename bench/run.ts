import type { Peer } from "./peer.js";
import type { LineResult } from "./results.js";
import { type Row, takesPart } from "./rows/row.js";
import { summarize } from "./statistics.js";

/** How long everything takes. */
export interface Pace {
  readonly rounds: number;
  readonly durationMs: number;
  readonly warmUpMs: number;
  readonly quick: boolean;
}

/** For a claim: pinned to one core, with its compiler threads beside it, a large code base takes seconds to reach its speed. */
export const fullPace: Pace = { rounds: 5, durationMs: 1_000, warmUpMs: 4_000, quick: false };
/** For a look: all rows in three minutes. */
export const quickPace: Pace = { rounds: 2, durationMs: 100, warmUpMs: 100, quick: true };

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
  for (const peer of peers.filter((candidate) => takesPart(row, candidate))) {
    rounds.set(peer, []);
    progress(`${row.name}: ${peer.name} warms up`);
    if (row.warmsUp !== false) await attempt(peer, pace.warmUpMs, true);
  }
  const count = Math.min(pace.rounds, row.roundsMax ?? pace.rounds);
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
  return row.figures.map((figure, index) => {
    const summaries = [...rounds].map(
      ([peer, all]) => [peer.name, summarize(all.map((numbers) => numbers[index] ?? Number.NaN))] as const,
    );
    return { group: row.group, figure, summaries: new Map(summaries), failures, note: row.note };
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
