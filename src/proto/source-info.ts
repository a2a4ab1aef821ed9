import { commentsBetween, type GapComments } from "./comments.js";
import { SourceInfoTable } from "./source-info-table.js";
import { Sym, TokenKind, type TokenList } from "./token.js";

/** Stands for a location where none is recorded. */
export const noLocation = -1;

/**
 * Records where each part of a descriptor was written, and its comments, in the order and with the spans that
 * `protoc` gives. Must be driven in the order of the text: comments wait for the declaration that follows.
 */
export class SourceInfoRecorder {
  readonly #tokens: TokenList;
  readonly #isOn: boolean;
  readonly #table: SourceInfoTable;
  #leading: string;
  #detached: string[];

  constructor(tokens: TokenList, isOn: boolean) {
    this.#tokens = tokens;
    this.#isOn = isOn;
    this.#table = new SourceInfoTable(tokens.pool);
    const first = isOn ? this.#gapBefore(0) : undefined;
    this.#leading = first?.leading ?? "";
    this.#detached = first?.detached ?? [];
  }

  /**
   * @param first its first token, `last` its last
   * @returns the location, or {@link noLocation}
   */
  add(path: readonly number[], first: number, last: number): number {
    return this.addPart(path, -1, first, last);
  }

  /** As {@link add}, for a part of what the path leads to. */
  addPart(path: readonly number[], part: number, first: number, last: number): number {
    if (!this.#isOn) return noLocation;
    const t = this.#tokens;
    return this.#table.add(path, part, t.line(first), t.column(first), t.line(last), t.endColumn(last));
  }

  /** The span that protoc gives a file without a token: from its end back to its start. */
  addEmptyFile(): void {
    if (this.#isOn) this.#table.add([], -1, this.#tokens.line(0), this.#tokens.column(0), 0, 0);
  }

  /** A declaration's head ends with this `;` or `{`: it gets the comments before it and right behind that token. */
  declare(location: number, token: number): void {
    if (location === noLocation) return;
    const gap = this.#gapBefore(token + 1);
    const [leading, trailing, detached] = [this.#leading, gap.trailing, this.#detached];
    if (leading !== "" || trailing !== "" || detached.length > 0)
      this.#table.setComments(location, { leading, trailing, detached });
    this.#leading = gap.leading;
    this.#detached = gap.detached;
  }

  /** A `}`: what was pending inside belongs to nothing. */
  close(token: number): void {
    if (!this.#isOn) return;
    const gap = this.#gapBefore(token + 1);
    this.#leading = gap.leading;
    this.#detached = gap.detached;
  }

  /** A `;` on its own. */
  skip(token: number): void {
    if (!this.#isOn) return;
    const gap = this.#gapBefore(token + 1);
    this.#leading = gap.leading;
    this.#detached = [...this.#detached, ...gap.detached];
  }

  finish(): SourceInfoTable | undefined {
    return this.#isOn ? this.#table : undefined;
  }

  #gapBefore(token: number): GapComments {
    const t = this.#tokens;
    const kind = t.kind(token);
    const isFileEnd = kind === TokenKind.End;
    const endsScope = isFileEnd || kind === Sym.BraceClose || kind === Sym.BracketClose || kind === Sym.ParenClose;
    const from = token === 0 ? (t.text.charCodeAt(0) === 0xfeff ? 1 : 0) : t.end(token - 1);
    return commentsBetween(t.text, from, t.start(token), token === 0, endsScope, isFileEnd);
  }
}
