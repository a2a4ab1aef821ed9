/** One `.proto` text with the names it goes by. */
export interface SourceText {
  /** As imports name it, for instance `google/protobuf/any.proto`. */
  readonly path: string;
  /** As people find it, for instance `protos/hello.proto`. */
  readonly displayPath: string;
  readonly text: string;
}

/** A place in a text: 1-based, columns counted in UTF-16 units, a tab being one. */
export interface Place {
  readonly line: number;
  readonly column: number;
  readonly sourceLine: string;
}

/** Finds places in a text. */
export class PlaceFinder {
  readonly #text: string;
  /** Where each line starts; made when the first place is asked for. */
  #lineStarts: number[] | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  placeOf(offset: number): Place {
    this.#lineStarts ??= lineStartsOf(this.#text);
    const line = lastAtMost(this.#lineStarts, offset);
    const start = this.#lineStarts[line] as number;
    const next = this.#lineStarts[line + 1];
    let end = next === undefined ? this.#text.length : next - 1;
    if (end > start && this.#text.charCodeAt(end - 1) === 13) end--;
    return { line: line + 1, column: offset - start + 1, sourceLine: this.#text.slice(start, end) };
  }
}

function lineStartsOf(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

/** The index of the last number that is not above a value, in ascending numbers that start with 0. */
function lastAtMost(numbers: readonly number[], value: number): number {
  let [low, high] = [0, numbers.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((numbers[middle] as number) <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}
