/** Rounds of one peer in one row. */
export interface Summary {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly rounds: readonly number[];
}

export function summarize(rounds: readonly number[]): Summary {
  const sorted = [...rounds].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const median = sorted.length % 2 === 1 ? sorted[Math.floor(middle)]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  return { median, min: sorted[0]!, max: sorted.at(-1)!, rounds };
}

/** Half of the distance between the lowest and the highest round, in percent of the median. */
export function spreadPercent({ median, min, max }: Summary): number {
  return ((max - min) / 2 / median) * 100;
}

/** How many times as much as a smaller step the dearest later one costs, whichever pair of them is worst. */
export function growthOf(costs: readonly number[]): number {
  let least = Number.POSITIVE_INFINITY;
  let growth = 0;
  for (const cost of costs) {
    growth = Math.max(growth, cost / least);
    least = Math.min(least, cost);
  }
  return growth;
}
