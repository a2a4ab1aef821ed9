import assert from "node:assert/strict";
import { test } from "node:test";
import { joinReasons } from "./failure-text.js";

test("each reason stands once, and only the first few do", () => {
  assert.equal(joinReasons(["no a", "no b", "no a"]), "no a; no b");
  const many = Array.from({ length: 999 }, (_, i) => `connection refused at 10.0.0.1:${i}`);
  const text = joinReasons(many);
  assert.match(text, /^connection refused at 10\.0\.0\.1:0; .*:1; .*:2; and 996 more of 999 addresses failed$/);
  assert.ok(joinReasons(["x".repeat(70_000)]).length < 400);
});
