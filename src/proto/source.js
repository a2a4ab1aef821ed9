/** Where an offset of a text is; walks the text, so it is for errors only. */
export function placeOf(text, offset) {
    const lineStart = offset === 0 ? 0 : text.lastIndexOf("\n", offset - 1) + 1;
    let line = 1;
    for (let at = text.indexOf("\n"); at !== -1 && at < lineStart; at = text.indexOf("\n", at + 1))
        line++;
    let lineEnd = text.indexOf("\n", lineStart);
    if (lineEnd === -1)
        lineEnd = text.length;
    if (lineEnd > lineStart && text.charCodeAt(lineEnd - 1) === 13)
        lineEnd--;
    return { line, column: offset - lineStart + 1, sourceLine: text.slice(lineStart, lineEnd) };
}
