import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Message } from "@bufbuild/protobuf";
import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import { TurnBudget } from "../message/turn-budget.js";
import { SimulatedClock } from "../testing/simulated-clock.js";
import { InboundMessages } from "./inbound.js";
import { MessageStream } from "./message-stream.js";
import { framedNote, type Note, noteCodec } from "./notes.testing.js";
import { settled } from "./server-rig.testing.js";

function rig(): { inbound: InboundMessages; stream: MessageStream; left: () => number } {
  let left = 0;
  const inbound = new InboundMessages({
    codec: noteCodec,
    messageBytesMax: 1_000,
    bounds: undefined,
    window: { consume: () => undefined, expect: () => undefined },
    budget: new TurnBudget(new SimulatedClock(), setImmediate),
    lane: 1,
  });
  inbound.leave = (): void => {
    left++;
  };
  const stream = new MessageStream(inbound);
  return { inbound, stream, left: () => left };
}

function text(result: IteratorResult<Message, undefined>): string | undefined {
  return result.done ? undefined : (result.value as Note).text;
}

const broken = new RpcError(Status.ABORTED, "broken");

describe("reading", () => {
  test("of many that ask ahead each gets its own, also the errors, and no process ends of those that nobody waits for", async () => {
    const { inbound, stream } = rig();
    const asked = Array.from({ length: 1_000 }, () => stream.next());
    for (let i = 0; i < 998; i++) inbound.push(framedNote(String(i)));
    inbound.fail(broken, true);
    const told = await Promise.allSettled(asked);
    const texts = told.map((one) => (one.status === "fulfilled" ? text(one.value) : undefined));
    assert.deepEqual(texts.slice(0, 998), [...Array(998).keys()].map(String));
    assert.deepEqual(told[998], { status: "rejected", reason: broken });
    assert.deepEqual(told[999], { status: "fulfilled", value: { done: true, value: undefined } });
  });

  test("a loop sees all messages and leaves by itself", async () => {
    const { inbound, stream, left } = rig();
    inbound.push(framedNote("a"));
    inbound.push(framedNote("b"));
    inbound.end();
    const found: string[] = [];
    for await (const note of stream) found.push((note as Note).text);
    assert.deepEqual(found, ["a", "b"]);
    assert.equal(left(), 0);
    assert.deepEqual(await stream.next(), { done: true, value: undefined });
  });

  test("calls of next() that wait together are answered in order", async () => {
    const { inbound, stream } = rig();
    const results = Promise.all([stream.next(), stream.next(), stream.next(), stream.next()]);
    inbound.push(framedNote("a"));
    inbound.push(Buffer.concat([framedNote("b"), framedNote("c").subarray(0, 2)]));
    inbound.push(framedNote("c").subarray(2));
    inbound.end();
    assert.deepEqual((await results).map(text), ["a", "b", "c", undefined]);
  });
});

describe("errors", () => {
  test("are told once, to the first who waits; the others are at the end", async () => {
    const { inbound, stream } = rig();
    const results = Promise.allSettled([stream.next(), stream.next()]);
    inbound.fail(broken, false);
    assert.deepEqual(await results, [
      { status: "rejected", reason: broken },
      { status: "fulfilled", value: { done: true, value: undefined } },
    ]);
    assert.equal((await stream.next()).done, true);
  });

  test("are told at the next read when nobody waits", async () => {
    const { inbound, stream } = rig();
    inbound.fail(broken, false);
    await assert.rejects(stream.next(), broken);
    assert.equal((await stream.next()).done, true);
  });

  test("that nobody waits for yet do not end the process", async () => {
    const { inbound, stream } = rig();
    const asked = stream.next();
    inbound.fail(broken, false);
    const other = rig();
    other.inbound.fail(broken, false);
    const late = other.stream.next();
    // An unhandled rejection would fail this test.
    await settled();
    await assert.rejects(asked, broken);
    await assert.rejects(late, broken);
  });
});

describe("leaving", () => {
  test("a loop that is left early tells, once", async () => {
    const { inbound, stream, left } = rig();
    inbound.push(Buffer.concat([framedNote("a"), framedNote("b")]));
    for await (const note of stream) {
      assert.equal((note as Note).text, "a");
      break;
    }
    assert.equal(left(), 1);
    await stream.return();
    assert.equal(left(), 1);
    assert.equal((await stream.next()).done, true);
  });

  test("return() ends those who wait", async () => {
    const { stream, left } = rig();
    const waiting = stream.next();
    assert.deepEqual(await stream.return(), { done: true, value: undefined });
    assert.equal((await waiting).done, true);
    assert.equal(left(), 1);
  });

  test("throw() leaves, and gives the error back", async () => {
    const { stream, left } = rig();
    await assert.rejects(stream.throw(broken), broken);
    assert.equal(left(), 1);
    assert.equal((await stream.next()).done, true);
  });

  test("return() after the end tells nothing", async () => {
    const { inbound, stream, left } = rig();
    inbound.end();
    assert.equal((await stream.next()).done, true);
    await stream.return();
    assert.equal(left(), 0);
  });
});
