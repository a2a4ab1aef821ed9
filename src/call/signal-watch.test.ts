import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";
import { SignalWatch } from "./signal-watch.js";

function recorder(): { reasons: unknown[]; onAbort(reason: unknown): void } {
  const reasons: unknown[] = [];
  return { reasons, onAbort: (reason) => reasons.push(reason) };
}

test("many calls are one listener, and each hears of the abort once", () => {
  const watch = new SignalWatch();
  const { signal, abort } = ((controller) => ({
    signal: controller.signal,
    abort: (reason: string): void => controller.abort(reason),
  }))(new AbortController());
  const listeners = Array.from({ length: 100 }, recorder);
  for (const listener of listeners) watch.add(signal, listener);
  assert.equal(getEventListeners(signal, "abort").length, 1);
  watch.remove(signal, listeners[7]!);
  abort("enough");
  assert.deepEqual(listeners[0]!.reasons, ["enough"]);
  assert.deepEqual(listeners[7]!.reasons, []);
  assert.equal(listeners.flatMap(({ reasons }) => reasons).length, 99);
});

test("a signal that no call has any more is let go, and may be taken again", () => {
  const watch = new SignalWatch();
  const { signal } = new AbortController();
  const listener = recorder();
  for (let i = 0; i < 3; i++) {
    watch.add(signal, listener);
    watch.add(signal, listener);
    assert.equal(getEventListeners(signal, "abort").length, 1);
    watch.remove(signal, listener);
    watch.remove(signal, listener);
    assert.equal(getEventListeners(signal, "abort").length, 0);
  }
});

test("a listener that is removed by another's abort hears nothing worse than the abort", () => {
  const watch = new SignalWatch();
  const controller = new AbortController();
  const second = recorder();
  watch.add(controller.signal, { onAbort: () => watch.remove(controller.signal, second) });
  watch.add(controller.signal, second);
  controller.abort();
  assert.ok(second.reasons.length <= 1);
});
