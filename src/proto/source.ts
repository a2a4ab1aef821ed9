/** One `.proto` text with the names it goes by. */
export interface SourceText {
  /** As imports name it, for instance `google/protobuf/any.proto`. */
  readonly path: string;
  /** As people find it, for instance `protos/hello.proto`. */
  readonly displayPath: string;
  readonly text: string;
}

/** A place in a text: 1-based, columns counted in UTF-16 units, a tab being one. */
export interface Place {
  readonly line: number;
  readonly column: number;
  readonly sourceLine: string;
}

/** Where an offset of a text is; walks the text, so it is for errors only. */
export function placeOf(text: string, offset: number): Place {
  const lineStart = offset === 0 ? 0 : text.lastIndexOf("\n", offset - 1) + 1;
  let line = 1;
  for (let at = text.indexOf("\n"); at !== -1 && at < lineStart; at = text.indexOf("\n", at + 1)) line++;
  let lineEnd = text.indexOf("\n", lineStart);
  if (lineEnd === -1) lineEnd = text.length;
  if (lineEnd > lineStart && text.charCodeAt(lineEnd - 1) === 13) lineEnd--;
  return { line, column: offset - lineStart + 1, sourceLine: text.slice(lineStart, lineEnd) };
}
