/**
 * What gives orders to a terminal, or shows text in another order than it has: the C0 and C1 control characters but line feed and tab, DEL, and
 * the embeddings, overrides and isolates of the Unicode Bidirectional Algorithm (UAX #9).
 */
const orders = /\r\n|(?![\n\t])\p{Cc}|[\u202a-\u202e\u2066-\u2069]/gu;

/**
 * Text from elsewhere, such as a server, for a terminal: characters that give orders to it are written as `\u001b`, so also JSON and string
 * literals of `.proto` files keep their meaning. Line feed and tab stay; of CR LF the line feed does.
 */
export function printable(text: string): string {
  return text.replace(orders, (found) => (found === "\r\n" ? "\n" : escaped(found)));
}

/** As {@link printable}, of what must be one line, such as a name: with line feeds escaped too. */
export function printableLine(text: string): string {
  return printable(text).replaceAll("\n", "\\u000a");
}

/**
 * Text that goes out as it is, as bytes do: with colours of our own, and all that is from elsewhere made {@link printable} already; or the
 * text of a file, which must stay what it is.
 */
export function asIs(text: string): Uint8Array {
  return Buffer.from(text);
}

function escaped(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
