/** Shorter beginnings say too little. */
const unitlessMin = 4;

/** Longer names have no similar one. */
const lettersMax = 100;

/**
 * Of the known names the one that a misspelt name most likely stands for, or undefined when none is close. A name without its end
 * is close too: `grace` stands for `graceMs`.
 */
export function similarName(name: string, known: readonly string[]): string | undefined {
  // To compare two names takes as long as the product of their lengths, and nobody misspells such a name.
  if (name.length > lettersMax) return undefined;
  const bound = Math.max(1, Math.floor(name.length / 3));
  let best: string | undefined;
  let bestDistance = bound + 1;
  for (const candidate of known) {
    if (Math.abs(candidate.length - name.length) > bound) continue;
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best ?? (name.length < unitlessMin ? undefined : known.find((one) => one.startsWith(name)));
}

/** Levenshtein's distance, in which two neighbours that have changed places count once; one row at a time. */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let least = Math.min(substitution, (row[j] as number) + 1, (next[j - 1] as number) + 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) least = Math.min(least, (before[j - 2] as number) + 1);
      next.push(least);
    }
    before = row;
    row = next;
  }
  return row[b.length] as number;
}
