/** A stretch of lines of one text that another stretch stands for in the other; both are half-open. */
export interface Change {
  readonly oldStart: number;
  readonly oldEnd: number;
  readonly newStart: number;
  readonly newEnd: number;
}

/**
 * What to change to get from lines to other lines, in order. Lines that each text has once, in the order they share, stay
 * where they are (a "patience" diff), and between these so do equal lines at both ends: not always the smallest
 * difference, but one that people read easily, in nearly linear time.
 */
export function lineChanges(oldLines: readonly string[], newLines: readonly string[]): Change[] {
  const changes: Change[] = [];
  const open: Change[] = [{ oldStart: 0, oldEnd: oldLines.length, newStart: 0, newEnd: newLines.length }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const part = trimmed(oldLines, newLines, next);
    if (part.oldStart === part.oldEnd && part.newStart === part.newEnd) continue;
    const anchors = commonUniqueLines(oldLines, newLines, part);
    if (anchors.length === 0) changes.push(part);
    // From behind, so that the first part is taken next.
    else open.push(...partsBetween(part, anchors).reverse());
  }
  return changes;
}

function trimmed(oldLines: readonly string[], newLines: readonly string[], part: Change): Change {
  let { oldStart, oldEnd, newStart, newEnd } = part;
  while (oldStart < oldEnd && newStart < newEnd && oldLines[oldStart] === newLines[newStart]) {
    oldStart++;
    newStart++;
  }
  while (oldStart < oldEnd && newStart < newEnd && oldLines[oldEnd - 1] === newLines[newEnd - 1]) {
    oldEnd--;
    newEnd--;
  }
  return { oldStart, oldEnd, newStart, newEnd };
}

/** A line that both texts have once: its places. */
type Anchor = readonly [oldLine: number, newLine: number];

function partsBetween(part: Change, anchors: readonly Anchor[]): Change[] {
  const parts: Change[] = [];
  let { oldStart, newStart } = part;
  for (const [oldEnd, newEnd] of [...anchors, [part.oldEnd, part.newEnd] as const]) {
    parts.push({ oldStart, oldEnd, newStart, newEnd });
    [oldStart, newStart] = [oldEnd + 1, newEnd + 1];
  }
  return parts;
}

function commonUniqueLines(oldLines: readonly string[], newLines: readonly string[], part: Change): Anchor[] {
  const inOld = uniqueLines(oldLines, part.oldStart, part.oldEnd);
  const inNew = uniqueLines(newLines, part.newStart, part.newEnd);
  const shared: Anchor[] = [];
  for (const [line, oldAt] of inOld) {
    const newAt = inNew.get(line);
    if (newAt !== undefined) shared.push([oldAt, newAt]);
  }
  return longestRising(shared.sort((a, b) => a[0] - b[0]));
}

function uniqueLines(lines: readonly string[], start: number, end: number): Map<string, number> {
  const places = new Map<string, number>();
  const repeated = new Set<string>();
  for (let at = start; at < end; at++) {
    const line = lines[at] as string;
    if (places.has(line)) repeated.add(line);
    else places.set(line, at);
  }
  for (const line of repeated) places.delete(line);
  return places;
}

/** The longest choice of pairs, sorted by their first number, in which the second rises too. */
function longestRising(pairs: readonly Anchor[]): Anchor[] {
  /** The pair with the lowest second number that ends a choice of each length. */
  const ends: number[] = [];
  const before: number[] = [];
  for (const [i, [, second]] of pairs.entries()) {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (pairs[ends[middle] as number]![1] < second) low = middle + 1;
      else high = middle;
    }
    before.push(low === 0 ? -1 : (ends[low - 1] as number));
    ends[low] = i;
  }
  const chosen: Anchor[] = [];
  for (let at = ends.at(-1) ?? -1; at !== -1; at = before[at] as number) chosen.push(pairs[at] as Anchor);
  return chosen.reverse();
}
