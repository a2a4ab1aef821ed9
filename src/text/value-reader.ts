import type { DescMessage } from "@bufbuild/protobuf";
import type { ReflectMessage } from "@bufbuild/protobuf/reflect";
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
  /** Counts what is made beside values, in words of 8 bytes. */
  take(words: number): void;
  /** A message of which the text has nothing. */
  emptyMessage(schema: DescMessage): ReflectMessage;
  /** Reads one value of a field, or of a map. */
  readValue(field: FieldLike, what: string): unknown;
}
