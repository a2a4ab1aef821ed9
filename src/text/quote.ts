/** Characters that end lines, move the cursor or turn the direction of text. */
const unsafeInText: RegExp = /["\\]|[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]|\p{Surrogate}/gu;
const unsafeInBytes: RegExp = /["\\]|[^ -~]/g;

const named: ReadonlyMap<string, string> = new Map([
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"],
  ['"', '\\"'],
  ["\\", "\\\\"],
]);

/** A string literal. Half of a surrogate pair is U+FFFD, as in binary. */
export function quoteText(text: string): string {
  return `"${text.replace(unsafeInText, (char) => named.get(char) ?? codePointEscape(char))}"`;
}

/** A literal of bytes: what is no printable ASCII is octal, with three digits whatever follows. */
export function quoteBytes(bytes: Uint8Array): string {
  const pieces: string[] = [];
  // A call takes so many arguments only.
  for (let at = 0; at < bytes.length; at += 4096) {
    const latin1 = String.fromCharCode(...bytes.subarray(at, at + 4096));
    pieces.push(latin1.replace(unsafeInBytes, (char) => named.get(char) ?? octalEscape(char)));
  }
  return `"${pieces.join("")}"`;
}

function octalEscape(char: string): string {
  return `\\${char.charCodeAt(0).toString(8).padStart(3, "0")}`;
}

function codePointEscape(char: string): string {
  const code = char.charCodeAt(0);
  if (code < 0x80) return octalEscape(char);
  return code >= 0xd800 && code <= 0xdfff ? "\ufffd" : `\\u${code.toString(16).padStart(4, "0")}`;
}
