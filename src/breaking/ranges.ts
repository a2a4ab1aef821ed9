/** Whole numbers from the first to the last, both included. */
export interface NumberRange {
  readonly from: number;
  readonly to: number;
}

/** Descriptor ranges of messages, whose end is excluded. */
export function halfOpen(ranges: readonly { readonly start: number; readonly end: number }[]): NumberRange[] {
  return ranges.map((range) => ({ from: range.start, to: range.end - 1 }));
}

/** Descriptor ranges of enums, whose end is included. */
export function closed(ranges: readonly { readonly start: number; readonly end: number }[]): NumberRange[] {
  return ranges.map((range) => ({ from: range.start, to: range.end }));
}

/** Whether all numbers of a range are in the ranges together. */
export function covers(ranges: readonly NumberRange[], wanted: NumberRange): boolean {
  let next = wanted.from;
  for (const range of [...ranges].sort((a, b) => a.from - b.from)) {
    if (range.from <= next && range.to >= next) next = range.to + 1;
  }
  return next > wanted.to;
}

/** The range in words: `5`, or `5 to 9`. */
export function rangeText(range: NumberRange): string {
  return range.from === range.to ? `${range.from}` : `${range.from} to ${range.to}`;
}
