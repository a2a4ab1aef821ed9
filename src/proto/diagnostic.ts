import { diagnosticsPerFileMax, sourceLineUnitsMax } from "./limits.js";
import { PlaceFinder, type SourceText } from "./source.js";

/** Something wrong, or worth a warning, at a place of a `.proto` file. */
export interface Diagnostic {
  readonly severity: "error" | "warning";
  /** The file as the reader displays it. */
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** 1-based, counted in UTF-16 units; a tab is one. */
  readonly column: number;
  /** The column behind the last unit of what is wrong, on the same line. */
  readonly endColumn?: number;
  readonly message: string;
  /** The line itself, without its end. */
  readonly sourceLine?: string;
}

/**
 * Text for a terminal: `path/file.proto:3:7: error: message`, the line, and a caret under the place.
 * Tabs of the line are kept in the caret's line, so that both stay aligned at any tab width.
 */
export function formatDiagnostic(d: Diagnostic): string {
  const head = `${d.file}:${d.line}:${d.column}: ${d.severity}: ${d.message}`;
  if (d.sourceLine === undefined) return head;
  // A line that is too long is cut to a window around the place.
  const from = d.sourceLine.length <= sourceLineUnitsMax ? 0 : Math.max(0, d.column - 1 - sourceLineUnitsMax / 2);
  const line = d.sourceLine.slice(from, from + sourceLineUnitsMax);
  const before = line.slice(0, d.column - 1 - from).replace(/[^\t]/g, " ");
  return `${head}\n  ${line}\n  ${before}^`;
}

/** Collects what is wrong with one file. */
export class DiagnosticList {
  source: SourceText;
  #places: PlaceFinder;
  readonly items: Diagnostic[] = [];
  /** The offset of each error, in the order they were told. */
  readonly errorOffsets: number[] = [];

  constructor(source: SourceText) {
    this.source = source;
    this.#places = new PlaceFinder(source.text);
  }

  /** Lets go of the text: no more can be told. */
  release(): void {
    this.source = { ...this.source, text: "" };
    this.#places = new PlaceFinder("");
  }

  get errorCount(): number {
    return this.errorOffsets.length;
  }

  /** True when so much is wrong that going on is of no use. */
  get isFull(): boolean {
    return this.items.length >= diagnosticsPerFileMax;
  }

  /** @param end the offset behind the last unit of what is wrong */
  error(start: number, end: number, message: string): void {
    this.#add("error", start, end, message);
  }

  warning(start: number, end: number, message: string): void {
    this.#add("warning", start, end, message);
  }

  #add(severity: Diagnostic["severity"], start: number, end: number, message: string): void {
    if (severity === "error") this.errorOffsets.push(start);
    if (this.isFull) return;
    const place = this.#places.placeOf(start);
    const endColumn = Math.min(place.column + Math.max(1, end - start), place.sourceLine.length + 2);
    const file = this.source.displayPath;
    this.items.push({
      severity,
      file,
      line: place.line,
      column: place.column,
      endColumn,
      message,
      sourceLine: place.sourceLine,
    });
  }

  /** In the order of the text, each once. */
  sorted(): Diagnostic[] {
    const seen = new Set<string>();
    const unique = this.items.filter((d) => {
      const key = `${d.line}:${d.column}:${d.message}`;
      return seen.has(key) ? false : seen.add(key);
    });
    return unique.sort((a, b) => a.line - b.line || a.column - b.column);
  }
}
