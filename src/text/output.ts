import { depthMax } from "../codec/limits.js";
import { TextFormatError } from "./text-error.js";

/** Puts fields behind each other: one a line, or all on one. */
export class TextOutput {
  readonly #singleLine: boolean;
  readonly #maxUnits: number;
  #text = "";
  #indent = "";
  #depth = 0;
  /** Whether a message was opened and has nothing yet. */
  #isFresh = true;

  constructor(singleLine: boolean, maxUnits: number) {
    this.#singleLine = singleLine;
    this.#maxUnits = maxUnits;
  }

  get text(): string {
    return this.#text;
  }

  /** `name: value` */
  scalar(name: string, value: string): void {
    this.#begin(`${name}: ${value}`);
  }

  /** `name {` */
  open(name: string): void {
    if (this.#depth >= depthMax)
      throw new TextFormatError(`${name} is nested ${depthMax + 1} deep: messages may be nested ${depthMax} deep`);
    this.#begin(`${name} {`);
    this.#depth++;
    this.#isFresh = true;
    if (!this.#singleLine) this.#indent += "  ";
  }

  close(): void {
    this.#depth--;
    if (!this.#singleLine) this.#indent = this.#indent.slice(2);
    if (this.#isFresh) this.#text += "}";
    else this.#text += this.#singleLine ? " }" : `\n${this.#indent}}`;
    this.#isFresh = false;
  }

  /** What ends a text that is not empty. */
  end(): void {
    if (this.#text !== "" && !this.#singleLine) this.#text += "\n";
  }

  #begin(text: string): void {
    if (this.#text !== "") this.#text += this.#singleLine ? " " : "\n";
    this.#text += this.#indent + text;
    this.#isFresh = false;
    if (this.#text.length <= this.#maxUnits) return;
    throw new TextFormatError(`the text is longer than maxTextUnits = ${this.#maxUnits}`);
  }
}
