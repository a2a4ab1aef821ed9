import type { Lexer } from "./lexer.js";
import type { FieldLike } from "./text-fields.js";

/** What the parts of the reader have in common. */
export interface ValueReader {
  readonly lexer: Lexer;
  /** Takes what opens a message, and gives what closes it. */
  enter(): number;
  /** Takes what closes a message. */
  leave(): void;
  /** Takes ":" before a value; before messages it may be left out. @param what names the field for messages */
  readColon(isMessage: boolean, what: string): void;
  /** Reads one value of a field, or of a map. */
  readValue(field: FieldLike, what: string): unknown;
}
