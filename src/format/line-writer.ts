const indentUnit = "  ";

/** Puts words into lines: whitespace is written when something follows, so that no line ends with blanks. */
export class LineWriter {
  #text = "";
  #indent = "";
  #newlines = 0;
  #hasSpace = false;

  /** Nothing was written yet. */
  get isEmpty(): boolean {
    return this.#text === "";
  }

  write(word: string): void {
    if (this.#newlines > 0) this.#text += "\n".repeat(this.#newlines) + this.#indent;
    else if (this.#hasSpace) this.#text += " ";
    this.#newlines = 0;
    this.#hasSpace = false;
    this.#text += word;
  }

  space(): void {
    this.#hasSpace = true;
  }

  /** @param count 1 for the next line, 2 to leave a line blank */
  newline(count: number): void {
    this.#newlines = Math.max(this.#newlines, count);
  }

  /** Lines that `work` begins are one step further in. */
  indented(work: () => void): void {
    const outer = this.#indent;
    this.#indent += indentUnit;
    work();
    this.#indent = outer;
  }

  /** The whole text; ends with a line end, unless it is empty. */
  finish(): string {
    return this.isEmpty ? "" : `${this.#text}\n`;
  }
}
