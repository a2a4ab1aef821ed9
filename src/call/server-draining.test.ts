import assert from "node:assert/strict";
import { test } from "node:test";
import { Status } from "../base/status.js";
import { framedNote } from "./notes.testing.js";
import { Deferred, notesOf, settled, startCall } from "./server-rig.testing.js";

test("a handler is told of a drain, also one that asks later, and may end its stream with OK", async () => {
  let isLate: boolean | undefined;
  const drained = new Deferred<void>();
  const rig = startCall("serverStream", async function* (_, call) {
    assert.equal(call.draining.aborted, false);
    yield { text: "first" };
    await new Promise((resolve) => call.draining.addEventListener("abort", resolve));
    yield { text: "last" };
  });
  const late = startCall("unary", async (_, call) => {
    await drained.promise;
    isLate = call.draining.aborted;
    return {};
  });
  for (const { call } of [rig, late]) call.onData(framedNote("x"), true);
  await settled();
  for (const { call } of [rig, late]) {
    call.onDraining();
    call.onDraining();
  }
  drained.resolve();
  await Promise.all([rig.stream.ended, late.stream.ended]);
  assert.deepEqual([notesOf(rig), rig.stream.status, isLate], [["first", "last"], Status.OK, true]);
  // The call's own signal is another matter.
  assert.equal(rig.call.signal.aborted, false);
});
