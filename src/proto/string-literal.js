const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
/** The escapes of one character, by that character. */
const simpleEscapes = new Map(Object.entries({ a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11, "\\": 92, "?": 63, "'": 39, '"': 34 }).map(([name, code]) => [name.charCodeAt(0), code]));
/** Reads what stands between the quotes of a literal that has escapes. Strings are bytes: `\377` need not be UTF-8. */
export function unescaped(text) {
    const bytes = [];
    const errors = [];
    let at = 0;
    while (at < text.length) {
        const backslash = text.indexOf("\\", at);
        const plainEnd = backslash === -1 ? text.length : backslash;
        // One by one: a long string is more than a call takes as arguments.
        for (const byte of encoder.encode(text.slice(at, plainEnd)))
            bytes.push(byte);
        if (backslash === -1)
            break;
        const one = readEscape(text, backslash + 1);
        if (typeof one.value === "string")
            errors.push({ start: backslash, end: one.end, message: one.value });
        else
            bytes.push(...one.value);
        at = one.end;
    }
    return { bytes: Uint8Array.from(bytes), errors };
}
/** A string's text; bytes that are not UTF-8 become U+FFFD. */
export function utf8Text(bytes) {
    return decoder.decode(bytes);
}
/** @returns the bytes meant, or what is wrong */
function readEscape(text, at) {
    const c = text.charCodeAt(at);
    const simple = simpleEscapes.get(c);
    if (simple !== undefined)
        return { value: [simple], end: at + 1 };
    if (c >= 48 && c <= 55) {
        const end = digitsEnd(text, at, 3, 8);
        return { value: [Number.parseInt(text.slice(at, end), 8) & 0xff], end };
    }
    if (c === 0x78 || c === 0x58) {
        const end = digitsEnd(text, at + 1, 2, 16);
        if (end === at + 1)
            return { value: 'Expected hex digits after "\\x".', end };
        return { value: [Number.parseInt(text.slice(at + 1, end), 16)], end };
    }
    if (c === 0x75 || c === 0x55)
        return readCodePoint(text, at, c === 0x75 ? 4 : 8);
    return { value: "Invalid escape sequence in string literal.", end: Math.min(at + 1, text.length) };
}
function readCodePoint(text, at, digits) {
    let end = digitsEnd(text, at + 1, digits, 16);
    if (end - at - 1 < digits)
        return { value: `Expected ${digits} hex digits after "\\${text.charAt(at)}".`, end };
    let code = Number.parseInt(text.slice(at + 1, end), 16);
    if (code > 0x10ffff)
        return { value: "A code point must be at most 10FFFF.", end };
    // Two escapes that are the halves of one surrogate pair mean one character.
    if (code >= 0xd800 && code <= 0xdbff && text.startsWith("\\u", end)) {
        const low = Number.parseInt(text.slice(end + 2, end + 6), 16);
        if (low >= 0xdc00 && low <= 0xdfff) {
            code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
            end += 6;
        }
    }
    return { value: encoder.encode(String.fromCodePoint(code)), end };
}
function digitsEnd(text, at, most, base) {
    const digits = base === 8 ? /[0-7]/ : /[0-9a-fA-F]/;
    let end = at;
    while (end < at + most && end < text.length && digits.test(text.charAt(end)))
        end++;
    return end;
}
