/** A comment as it was written, and how it stood to what was before it. */
export interface Comment {
  /** With its delimiters, without blanks at its end; lines end with `\n`. */
  readonly text: string;
  /** `// ...`. */
  readonly isLine: boolean;
  /** Line ends since the token or comment before. */
  readonly newlinesBefore: number;
  readonly hasSpaceBefore: boolean;
  /** It belongs on the line of the token before. */
  readonly isTrailing: boolean;
}

/** All that lies between two tokens that are printed one after the other. */
export interface Gap {
  readonly comments: readonly Comment[];
  /** Line ends between the last comment and the next token; without comments, of the whole gap. */
  readonly newlinesAfter: number;
  readonly hasSpaceAfter: boolean;
}

/** What the token before a gap is, where the gap has no line end of its own to tell what a comment belongs to. */
export type Before = "file-start" | "opening" | "semicolon" | "other";

/** What the token after a gap is. */
export type After = "close" | "other";

/**
 * Reads the comments of a gap. What is neither comment nor blank is a token that is left out, and counts for nothing.
 *
 * @param from behind the token before
 * @param to where the next token starts, or the end of the text
 */
export function readGap(text: string, from: number, to: number, before: Before, after: After): Gap {
  const comments: Comment[] = [];
  let newlines = 0;
  let hasSpace = false;
  for (let at = from; at < to; ) {
    const c = text.charCodeAt(at);
    if (c === 0x2f) {
      const isLine = text.charCodeAt(at + 1) === 0x2f;
      const end = commentEnd(text, at, to, isLine);
      const content = withoutBlanksAtEnds(text.slice(at, end));
      comments.push({ text: content, isLine, newlinesBefore: newlines, hasSpaceBefore: hasSpace, isTrailing: false });
      newlines = 0;
      hasSpace = false;
      at = end;
      continue;
    }
    if (c === 10) newlines++;
    if (c === 32 || (c >= 9 && c <= 13)) hasSpace = true;
    at++;
  }
  const trailing = trailingCount(comments, newlines, before, after);
  return {
    comments: comments.map((one, i) => (i < trailing ? { ...one, isTrailing: true } : one)),
    newlinesAfter: newlines,
    hasSpaceAfter: hasSpace,
  };
}

function withoutBlanksAtEnds(comment: string): string {
  return comment
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}

function commentEnd(text: string, start: number, to: number, isLine: boolean): number {
  const end = isLine ? text.indexOf("\n", start) : text.indexOf("*/", start + 2) + 2;
  return end === -1 ? to : Math.min(end, to);
}

/** How many of the first comments belong to the token before: those on its line, where the line ends behind them. */
function trailingCount(comments: readonly Comment[], newlinesAfter: number, before: Before, after: After): number {
  if (before === "file-start") return 0;
  const nextLine = comments.findIndex((one) => one.newlinesBefore > 0);
  const count = nextLine === -1 ? comments.length : nextLine;
  const endsLine = nextLine !== -1 || newlinesAfter > 0;
  if (endsLine) return count;
  // All on one line: what stands before an element or a value belongs to that, and a last word in a block to nobody.
  if (before === "opening" || (before === "semicolon" && after === "close" && comments.some((one) => !one.isLine)))
    return 0;
  return count;
}
