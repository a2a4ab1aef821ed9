import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Backoff, defaultBackoff } from "./backoff.js";

// Rules of docs/specification.md: wire:backoff.

test("waits grow by 1.6 from one second up to two minutes", () => {
  const backoff = new Backoff(defaultBackoff, () => 0.5);
  const waits = Array.from({ length: 13 }, () => Math.round(backoff.next()));
  assert.deepEqual(waits.slice(0, 5), [1000, 1600, 2560, 4096, 6554]);
  assert.equal(waits[11], 120_000);
  assert.equal(waits[12], 120_000);
});

test("chance moves a wait by a fifth at most, each way", () => {
  assert.equal(new Backoff(defaultBackoff, () => 0).next(), 800);
  assert.equal(new Backoff(defaultBackoff, () => 1 - 1e-12).next().toFixed(3), "1200.000");
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 0.999_999, noNaN: true }), { minLength: 30 }), (chances) => {
      let i = 0;
      const backoff = new Backoff(defaultBackoff, () => chances[i++] as number);
      for (let base = 1000; i < chances.length; base = Math.min(base * 1.6, 120_000)) {
        const wait = backoff.next();
        assert.ok(wait >= base * 0.8 - 1e-6 && wait <= base * 1.2 + 1e-6);
      }
    }),
  );
});

test("a success starts it over", () => {
  const backoff = new Backoff(defaultBackoff, () => 0.5);
  backoff.next();
  backoff.next();
  backoff.reset();
  assert.equal(backoff.next(), 1000);
});
