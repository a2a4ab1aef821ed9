/** A text that is not the text format of its message, or a message that has none. */
export class TextFormatError extends Error {
  /** Where the fault is, both from 1; 0 for a message that cannot be written. Columns count UTF-16 units. */
  readonly line: number;
  readonly column: number;
  /** The message without the place. */
  readonly reason: string;

  constructor(reason: string, line: number = 0, column: number = 0) {
    super(line === 0 ? reason : `line ${line}, column ${column}: ${reason}`);
    this.reason = reason;
    this.line = line;
    this.column = column;
  }

  override get name(): string {
    return "TextFormatError";
  }
}

/** An error at an offset of a text. */
export function errorAt(text: string, offset: number, message: string): TextFormatError {
  let line = 1;
  let start = 0;
  for (let end = text.indexOf("\n"); end !== -1 && end < offset; end = text.indexOf("\n", start)) {
    line++;
    start = end + 1;
  }
  return new TextFormatError(message, line, offset - start + 1);
}
