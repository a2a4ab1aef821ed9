import assert from "node:assert/strict";
import { it } from "node:test";
import { isLowerSnake, isPascal, isUpperSnake, lowerSnake } from "./letter-case.js";

it("splits names into words as buf lint does", () => {
  const names = ["HTTPServer", "httpServer", "HTTPCode2Kind", "Abc3D", "E2Ab", "a__b", "Legacy"];
  const words = ["http_server", "http_server", "http_code2_kind", "abc3d", "e2_ab", "a_b", "legacy"];
  assert.deepEqual(names.map(lowerSnake), words);
});

it("knows the cases of names", () => {
  assert.deepEqual(["a_b", "a1", "aB", "_a", "a_", "a__b", "a-b"].map(isLowerSnake), [
    true,
    true,
    ...[false, false, false, false, false],
  ]);
  assert.deepEqual(["A_B", "A_1", "A_b", "_A", "A__B"].map(isUpperSnake), [true, true, false, false, false]);
  assert.deepEqual(["Ab", "XMLParser", "ab", "A_b"].map(isPascal), [true, true, false, false]);
});
