import assert from "node:assert/strict";
import { test } from "node:test";
import {
  checkBoolean,
  checkFunction,
  checkNames,
  checkNumber,
  checkOptions,
  isAnything,
  isArray,
  isFunction,
  isInteger,
  isNumber,
  isObjectWith,
  isOneOf,
  isOptions,
  isText,
  type OptionCheck,
  type OptionChecks,
} from "./check-option.js";

test("what fits passes, and so does what is not there", () => {
  checkNumber("n", undefined, 1);
  checkNumber("n", 1, 1, 2);
  checkNumber("n", Number.POSITIVE_INFINITY, 1);
  checkBoolean("b", undefined);
  checkBoolean("b", false);
  checkFunction("f", () => undefined);
  checkNames("options", { a: 1 }, new Set(["a", "b"]));
});

test("what does not fit is named with its value", () => {
  assert.throws(() => checkNumber("timeoutMs", -1, 0), new TypeError("timeoutMs must be a number, 0 or more: got -1"));
  assert.throws(() => checkNumber("n", "5", 0, 9), new TypeError('n must be a number, from 0 to 9: got "5"'));
  assert.throws(() => checkNumber("n", Number.NaN, 0), /got NaN/);
  assert.throws(() => checkBoolean("b", 1), new TypeError("b must be true or false: got 1"));
  assert.throws(() => checkFunction("f", {}), new TypeError("f must be a function: got [object Object]"));
  const known = new Set(["timeoutMs", "signal"]);
  const close = 'options have no "timeout"; did you mean timeoutMs?';
  assert.throws(() => checkNames("options", { timeout: 1 }, known), new TypeError(close));
  const far = 'options have no "retries"; there are timeoutMs, signal';
  assert.throws(() => checkNames("options", { retries: 1 }, known), new TypeError(far));
  assert.throws(() => checkNames("options", 5, known), /must be an object: got 5/);
  assert.throws(() => checkNames("options", [], known), /must be an object: got \[object Array\]/);
});

interface Inner {
  readonly bytesMax?: number | undefined;
}

interface Outer {
  readonly limits?: Inner | undefined;
  readonly names?: readonly string[] | undefined;
  readonly free?: unknown;
}

const inner: OptionChecks<Inner> = { bytesMax: isNumber(1, 9) };
const outer: OptionChecks<Outer> = { limits: isOptions(inner), names: isArray(isText), free: isAnything };

test("options inside of options are named with where they are", () => {
  checkOptions("options", {}, outer);
  checkOptions("options", { limits: { bytesMax: undefined }, names: ["a"], free: 5 }, outer);
  checkOptions("options", { limits: undefined }, outer);
  const rows: [unknown, string][] = [
    [{ limit: {} }, 'options have no "limit"; did you mean limits?'],
    [{ limits: { byteMax: 1 } }, 'limits options have no "byteMax"; did you mean bytesMax?'],
    [{ limits: { bytesMax: 0 } }, "limits.bytesMax must be a number, from 1 to 9: got 0"],
    [{ limits: 5 }, "limits options must be an object: got 5"],
    [{ limits: null }, "limits options must be an object: got null"],
    [{ names: "a" }, 'names must be an array: got "a"'],
    [{ names: ["a", 5] }, "names[1] must be a text: got 5"],
    [Object.create({ names: 5 }), "names must be an array: got 5"],
  ];
  for (const [options, message] of rows) {
    assert.throws(() => checkOptions("options", options, outer), new TypeError(message));
  }
});

test("names of all objects are no options", () => {
  assert.throws(() => checkOptions("options", { constructor: 1 }, outer), /options have no "constructor"/);
  assert.throws(() => checkOptions("options", JSON.parse('{"__proto__":1}'), outer), /options have no "__proto__"/);
});

test("each check tells what a value may be", () => {
  const rows: [OptionCheck, good: unknown, bad: unknown, message: string][] = [
    [isInteger(1, 9), 9, 1.5, "x must be a whole number, from 1 to 9: got 1.5"],
    [isInteger(1, 9), 1, 10, "x must be a whole number, from 1 to 9: got 10"],
    [isOneOf("a", "b"), "b", "c", 'x must be "a" or "b": got "c"'],
    [isText, "", 5, "x must be a text: got 5"],
    [isFunction, test, undefined, "x must be a function: got undefined"],
    [isObjectWith("go"), { go: test }, { go: 5 }, "x.go must be a function: got 5"],
    [isObjectWith("go"), { go: test }, null, "x must be an object: got null"],
  ];
  for (const [check, good, bad, message] of rows) {
    check("x", good);
    assert.throws(() => check("x", bad), new TypeError(message));
  }
});
