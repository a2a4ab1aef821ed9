import type { JsonPiece } from "./json-splitter.js";

/** What stands between two messages of the text format, as with grpcurl: the format itself has no end. */
export const recordSeparator = "\u001e";

/** Cuts text that comes in parts into messages of the text format. */
export class TextSplitter {
  /** What of a message has come, in the parts in which it came. */
  #parts: string[] = [];
  #line = 1;
  #column = 1;

  /** The messages that are complete now; one between two separators may be empty. */
  push(text: string): JsonPiece[] {
    const [first = "", ...others] = text.split(recordSeparator);
    this.#parts.push(first);
    const pieces: JsonPiece[] = [];
    for (const other of others) {
      pieces.push(this.#take());
      this.#column++;
      this.#parts.push(other);
    }
    return pieces;
  }

  /** What is left when the text ends, unless it is blank. */
  end(): JsonPiece[] {
    const piece = this.#take();
    return piece.text.trim() === "" ? [] : [piece];
  }

  #take(): JsonPiece {
    const text = this.#parts.join("");
    const piece = { text, line: this.#line, column: this.#column };
    this.#parts = [];
    const lastBreak = text.lastIndexOf("\n");
    this.#line += text.split("\n").length - 1;
    this.#column = lastBreak === -1 ? this.#column + text.length : text.length - lastBreak;
    return piece;
  }
}
