/** One JSON value of several, and where it begins. Whether it is right is for its reader to say. */
export interface JsonPiece {
  readonly text: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
}

const blank = /\s/;
const bare = /[^\s"{}[\]]/;

/**
 * Cuts text that comes in parts into JSON values, which stand one behind the other with or without blanks between them. An
 * object, list or string is given as soon as its last character is there; a number or word when what follows shows that it ended.
 */
export class JsonSplitter {
  #text = "";
  /** Up to here the text was looked at. */
  #at = 0;
  #start = -1;
  #depth = 0;
  #inString = false;
  #isEscaped = false;
  #line = 1;
  #column = 1;
  #startLine = 1;
  #startColumn = 1;

  /** The values that are complete now. */
  push(text: string): JsonPiece[] {
    this.#text += text;
    const pieces: JsonPiece[] = [];
    while (this.#at < this.#text.length) {
      const char = this.#text[this.#at] as string;
      if (this.#endsBare(char)) pieces.push(this.#take());
      if (this.#start < 0 && !blank.test(char)) this.#begin();
      this.#advance(char);
      if (this.#start >= 0 && this.#isComplete(char)) pieces.push(this.#take());
    }
    if (this.#start < 0) this.#drop(this.#at);
    return pieces;
  }

  /** What is left when the text ends: a number, or a value that was cut off. */
  end(): JsonPiece[] {
    return this.#start < 0 ? [] : [this.#take()];
  }

  get isInside(): boolean {
    return this.#start >= 0;
  }

  /** A number or word ends before what cannot be in one. */
  #endsBare(char: string): boolean {
    return this.#start >= 0 && this.#depth === 0 && !this.#inString && !bare.test(char);
  }

  #begin(): void {
    this.#start = this.#at;
    this.#startLine = this.#line;
    this.#startColumn = this.#column;
  }

  #advance(char: string): void {
    this.#at++;
    this.#column++;
    if (char === "\n") {
      this.#line++;
      this.#column = 1;
    }
    if (this.#inString) {
      if (this.#isEscaped) this.#isEscaped = false;
      else if (char === "\\") this.#isEscaped = true;
      else if (char === '"') this.#inString = false;
    } else if (char === '"') this.#inString = true;
    else if (char === "{" || char === "[") this.#depth++;
    else if (char === "}" || char === "]") this.#depth--;
  }

  #isComplete(char: string): boolean {
    // Below 0 for a bracket that closes nothing; its reader says so.
    return this.#depth <= 0 && !this.#inString && !bare.test(char);
  }

  #take(): JsonPiece {
    const text = this.#text.slice(this.#start, this.#at);
    this.#start = -1;
    this.#depth = 0;
    this.#drop(this.#at);
    return { text, line: this.#startLine, column: this.#startColumn };
  }

  #drop(count: number): void {
    this.#text = this.#text.slice(count);
    this.#at -= count;
  }
}
