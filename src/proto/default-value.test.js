import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { floatText } from "./default-value.js";
test("numbers in C's shortest format", () => {
    const texts = [
        [0, "0"],
        [-0, "-0"],
        [1e100, "1e+100"],
        [0.0001, "0.0001"],
        [0.00001, "1e-05"],
        [123456789.125, "123456789.125"],
        [1e15, "1e+15"],
        [-2.5, "-2.5"],
        [Infinity, "inf"],
        [-Infinity, "-inf"],
        [Number.NaN, "nan"],
    ];
    for (const [value, text] of texts)
        assert.equal(floatText(value, false), text);
    assert.equal(floatText(0.1, true), "0.1");
    assert.equal(floatText(1e40, true), "inf");
    assert.equal(floatText(16777216, true), "16777216");
});
test("every finite number reads back as itself", () => {
    fc.assert(fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        assert.ok(Object.is(Number(floatText(value, false)), value));
        const single = Math.fround(value);
        if (Number.isFinite(single))
            assert.ok(Object.is(Math.fround(Number(floatText(value, true))), single));
    }));
});
