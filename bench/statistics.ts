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
