import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { unescaped, utf8Text } from "./string-literal.js";
function bytesOf(text) {
    const result = unescaped(text);
    assert.deepEqual(result.errors, []);
    return [...result.bytes];
}
test("escapes of one character", () => {
    assert.deepEqual(bytesOf("\\a\\b\\f\\n\\r\\t\\v\\\\\\?\\'\\\""), [7, 8, 12, 10, 13, 9, 11, 92, 63, 39, 34]);
});
test("octal and hex escapes are bytes", () => {
    assert.deepEqual(bytesOf("\\0\\12\\377\\1234\\x4\\xfF\\X0a1"), [0, 10, 255, 83, 52, 4, 255, 10, 49]);
});
test("code points become UTF-8, also from surrogate halves", () => {
    assert.equal(utf8Text(unescaped("\\u00e9\\U0001F600").bytes), "é😀");
    assert.equal(utf8Text(unescaped("\\ud83d\\ude00").bytes), "😀");
});
test("what is no escape is told with its place", () => {
    assert.deepEqual(unescaped("ab\\qc\\xz").errors.map((one) => [one.start, one.end]), [
        [2, 4],
        [5, 7],
    ]);
});
test("text without escapes is its UTF-8, and no text makes it throw", () => {
    fc.assert(fc.property(fc.string({ unit: "grapheme" }), (text) => {
        const result = unescaped(text);
        if (!text.includes("\\"))
            assert.equal(utf8Text(result.bytes), text);
    }));
});
