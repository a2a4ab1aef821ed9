import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { formatTimeout, parseTimeout } from "./timeout.js";

test("reads every unit", () => {
  const texts: readonly [string, number][] = [
    ["1H", 3_600_000],
    ["2M", 120_000],
    ["3S", 3_000],
    ["4m", 4],
    ["5u", 0.005],
    ["0S", 0],
    ["00000007m", 7],
    ["99999999H", 99_999_999 * 3_600_000],
  ];
  for (const [text, ms] of texts) assert.equal(parseTimeout(text), ms, text);
  assert.ok(Math.abs((parseTimeout("6n") ?? 0) - 6e-6) < 1e-12);
});

test("text that is no timeout is none", () => {
  for (const text of [
    "",
    "S",
    "1",
    "1s",
    "1h",
    "123456789m",
    "-1S",
    "+1S",
    "1.5S",
    " 1S",
    "1S ",
    "1S\n",
    "1SS",
    "0x1S",
  ]) {
    assert.equal(parseTimeout(text), undefined, JSON.stringify(text));
  }
});

test("writes milliseconds, and larger units only where eight digits ask for them", () => {
  const values: readonly [number, string][] = [
    [1, "1m"],
    [1_000, "1000m"],
    [1_500.2, "1501m"],
    [99_999_999, "99999999m"],
    [100_000_000, "100000S"],
    [100_000_001, "100001S"],
    [1e11, "1666667M"],
    [1e13, "2777778H"],
    [1e300, "99999999H"],
    [Number.POSITIVE_INFINITY, "99999999H"],
    [0.5, "500u"],
    [0.0001, "1u"],
  ];
  for (const [ms, text] of values) assert.equal(formatTimeout(ms), text, String(ms));
});

test("a deadline that has passed is still sent", () => {
  for (const ms of [0, -5, Number.NaN]) assert.equal(formatTimeout(ms), "1n");
});

test("what is written is valid, not less than what was meant, and hardly more", () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-3, max: 1e14, noNaN: true }), (ms) => {
      const read = parseTimeout(formatTimeout(ms)) as number;
      assert.ok(read >= ms * (1 - 1e-12), `${ms} -> ${read}`);
      assert.ok(read <= Math.max(ms * 1.04, ms + 1), `${ms} -> ${read}`);
    }),
  );
});
