export type Action = () => unknown;

/** Kept, so that no engine leaves out the work. */
let sink: unknown;

const roundMs = 1;
const warmMs = 80;
const warmTimes = 2_500;

function nanosecondsOf(action: Action, batch: number): number {
  const start = process.hrtime.bigint();
  for (let i = 0; i < batch; i++) sink = action();
  return Number(process.hrtime.bigint() - start) / batch;
}

/**
 * The best round of each action, in nanoseconds: they take turns, so that a busy moment of the machine hits all, and rounds are short,
 * so that some are not disturbed.
 */
export function bestOf(actions: readonly Action[], rounds: number): number[] {
  const batches = actions.map((action) => {
    // Until engines have optimized it, which they do beside: on a busy machine that takes a while.
    const end = performance.now() + warmMs;
    for (let i = 0; performance.now() < end || i < warmTimes; i++) sink = action();
    return Math.max(5, Math.ceil((roundMs * 1e6) / nanosecondsOf(action, 50)));
  });
  const best = actions.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < rounds; round++) {
    for (const [i, action] of actions.entries()) {
      best[i] = Math.min(best[i] as number, nanosecondsOf(action, batches[i] as number));
    }
  }
  return best;
}

/** Whether something was measured. */
export function hasMeasured(): boolean {
  return sink !== undefined;
}
