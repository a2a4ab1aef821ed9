import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import type { Compression } from "../message/compression.js";
import { compressFramed } from "../message/framing.js";
import { prefixBytes } from "../message/prefix.js";
import { TurnBudget } from "../message/turn-budget.js";
import { builtInCompressions } from "../message/zlib-compression.js";
import { SimulatedClock } from "../testing/simulated-clock.js";
import { ENDED, InboundMessages, PENDING } from "./inbound.js";
import { framedNote, type Note, noteCodec } from "./notes.testing.js";
import { Deferred, settled } from "./server-rig.testing.js";

interface Rig {
  readonly inbound: InboundMessages;
  /** Window that was given back, in bytes. */
  credit(): number;
  /** Bytes that were waited for last, beside those that came. */
  expected(): number;
  /** How often `onReadable` was called. */
  calls(): number;
}

function rig(messageBytesMax = 1_000_000): Rig {
  let credit = 0;
  let calls = 0;
  let expected = 0;
  const expect = (byteCount: number): void => {
    assert.ok(byteCount > 0);
    expected = byteCount;
  };
  const consume = (byteCount: number): void => {
    assert.ok(byteCount > 0);
    credit += byteCount;
  };
  const budget = new TurnBudget(new SimulatedClock(), setImmediate);
  const inbound = new InboundMessages({
    codec: noteCodec,
    messageBytesMax,
    bounds: undefined,
    window: { consume, expect },
    budget,
    lane: 1,
  });
  inbound.listener = {
    onReadable: () => {
      calls++;
    },
  };
  return { inbound, credit: () => credit, expected: () => expected, calls: () => calls };
}

function text(taken: unknown): string {
  assert.equal(typeof taken, "object");
  return (taken as Note).text;
}

const withCode =
  (code: Status) =>
  (error: unknown): boolean =>
    error instanceof RpcError && error.code === code;

describe("messages", () => {
  test("come out in order, then the end", () => {
    const { inbound } = rig();
    inbound.push(Buffer.concat([framedNote("one"), framedNote("two")]));
    inbound.end();
    assert.equal(text(inbound.take()), "one");
    assert.equal(text(inbound.take()), "two");
    assert.equal(inbound.take(), ENDED);
    assert.equal(inbound.take(), ENDED);
  });

  test("come out once each, though a probe that hears of one takes the next", () => {
    const { inbound } = rig();
    let next: unknown;
    let heard = 0;
    inbound.probe = {
      onEnd() {},
      onMessageSent() {},
      onMessageReceived: () => {
        if (heard++ === 0) next = inbound.take();
      },
    };
    inbound.push(Buffer.concat([framedNote("one"), framedNote("two")]));
    assert.equal(text(inbound.take()), "one");
    assert.equal(text(next), "two");
    assert.equal(heard, 2);
  });

  test("come out whole, wherever the bytes were cut", () => {
    const bytes = Buffer.concat([framedNote("first"), framedNote(""), framedNote("second")]);
    for (let cut = 0; cut <= bytes.length; cut++) {
      const { inbound } = rig();
      const found: string[] = [];
      for (const part of [bytes.subarray(0, cut), bytes.subarray(cut)]) {
        inbound.push(part);
        for (let taken = inbound.take(); taken !== PENDING; taken = inbound.take()) found.push(text(taken));
      }
      assert.deepEqual(found, ["first", "", "second"]);
    }
  });

  test("a waiting reader is called for each event, another one is not", () => {
    const { inbound, calls } = rig();
    inbound.push(framedNote("x").subarray(0, 3));
    assert.equal(calls(), 0);
    assert.equal(inbound.take(), PENDING);
    inbound.push(framedNote("x").subarray(3));
    assert.equal(calls(), 1);
    inbound.push(framedNote("y"));
    inbound.end();
    assert.equal(calls(), 1);
  });

  test("an end inside of a message is INTERNAL, again and again", () => {
    const { inbound } = rig();
    inbound.push(framedNote("x").subarray(0, 6));
    inbound.end();
    assert.throws(() => inbound.take(), withCode(Status.INTERNAL));
    assert.throws(() => inbound.take(), withCode(Status.INTERNAL));
  });
});

describe("window", () => {
  test("a reader that does not read gives none", () => {
    const { inbound, credit } = rig();
    inbound.push(framedNote("one"));
    inbound.push(framedNote("two"));
    assert.equal(credit(), 0);
  });

  test("what was taken is given back, what waits is not", () => {
    const { inbound, credit } = rig();
    const [one, two] = [framedNote("one"), framedNote("a longer one")];
    inbound.push(Buffer.concat([one, two]));
    inbound.take();
    assert.equal(credit(), one.length);
    inbound.take();
    assert.equal(credit(), one.length + two.length);
  });

  test("a waiting reader asks for the rest of a message, and gives back what it kept once it is whole", () => {
    const { inbound, credit, expected } = rig();
    const large = framedNote("large", { payload: new Uint8Array(200_000) });
    assert.equal(inbound.take(), PENDING);
    inbound.listener = { onReadable: () => assert.equal(inbound.take(), PENDING) };
    for (let at = 0; at < large.length - 1; at += 65_535) {
      const part = large.subarray(at, Math.min(at + 65_535, large.length - 1));
      inbound.push(part);
      assert.equal(credit(), 0, "what is kept counts as held");
      assert.equal(expected(), large.length - at - part.length, "the peer may send all that is missing at once");
    }
    inbound.listener = { onReadable: () => assert.equal(text(inbound.take()), "large") };
    inbound.push(large.subarray(-1));
    assert.equal(credit(), large.length);
  });

  test("a reader that waits between two messages costs no memory for the next", () => {
    const { inbound } = rig();
    assert.equal(inbound["reader"], undefined);
    const framed = framedNote("one");
    inbound.push(framed);
    assert.equal(text(inbound.take()), "one");
    assert.notEqual(inbound["reader"], undefined, "the next may be there already");
    assert.equal(inbound.take(), PENDING);
    assert.equal(inbound["reader"], undefined);
    inbound.push(framed.subarray(0, 3));
    assert.equal(inbound.take(), PENDING);
    assert.notEqual(inbound["reader"], undefined, "a part of a message is kept");
    inbound.push(framed.subarray(3));
    assert.equal(text(inbound.take()), "one");
    inbound.drop();
    inbound.push(framed);
    assert.equal(inbound["reader"], undefined);
  });

  test("a reader that began to wait in the middle of a message keeps its part, and asks for the rest", () => {
    const { inbound, credit, expected } = rig();
    const note = framedNote("x");
    inbound.push(note.subarray(0, 6));
    assert.equal(inbound.take(), PENDING);
    assert.equal(credit(), 0);
    assert.equal(expected(), note.length - 6);
    inbound.drop();
    assert.equal(credit(), 6);
  });

  test("what is dropped is given back, now and later", () => {
    const { inbound, credit, calls } = rig();
    inbound.push(framedNote("one"));
    inbound.drop();
    assert.equal(credit(), framedNote("one").length);
    inbound.push(new Uint8Array(50));
    assert.equal(credit(), framedNote("one").length + 50);
    assert.equal(inbound.take(), ENDED);
    assert.equal(calls(), 0);
  });

  test("after an error nothing is held back either", () => {
    const { inbound, credit } = rig(100);
    inbound.push(framedNote("x", { payload: new Uint8Array(500) }));
    assert.throws(() => inbound.take(), withCode(Status.RESOURCE_EXHAUSTED));
    const all = framedNote("x", { payload: new Uint8Array(500) }).length;
    assert.equal(credit(), all);
    inbound.push(new Uint8Array(1_000));
    assert.equal(credit(), all + 1_000);
  });
});

describe("failures", () => {
  test("a message over the limit names both sizes", () => {
    const { inbound } = rig(10);
    inbound.push(framedNote("longer than ten bytes").subarray(0, prefixBytes));
    assert.throws(() => inbound.take(), /23 bytes.*10 bytes/);
  });

  test("bytes that are no message are INTERNAL, and nothing comes after them", () => {
    const { inbound } = rig();
    inbound.push(Buffer.concat([Uint8Array.of(0, 0, 0, 0, 1, 0x0a), framedNote("good")]));
    assert.throws(() => inbound.take(), /cannot decode message test\.Note/);
    assert.throws(() => inbound.take(), withCode(Status.INTERNAL));
  });

  test("a failed stream wakes its reader, and drops what is queued", () => {
    const { inbound, calls } = rig();
    assert.equal(inbound.take(), PENDING);
    inbound.fail(new RpcError(Status.ABORTED, "first"), false);
    inbound.fail(new RpcError(Status.CANCELLED, "second"), false);
    assert.equal(calls(), 1);
    assert.throws(() => inbound.take(), { message: "first" });
  });

  test("keepQueued gives first what is here, then the error", () => {
    const { inbound } = rig();
    inbound.push(Buffer.concat([framedNote("one"), framedNote("two"), framedNote("cut").subarray(0, 7)]));
    inbound.fail(new RpcError(Status.ABORTED, "over"), true);
    assert.equal(text(inbound.take()), "one");
    assert.equal(text(inbound.take()), "two");
    assert.throws(() => inbound.take(), { message: "over" });
  });
});

describe("compressed messages", () => {
  const gzip = builtInCompressions()[0] as Compression;

  function compressed(note: string): Uint8Array {
    const bytes = compressFramed(gzip, noteCodec.encode({ text: note.repeat(100) }, prefixBytes));
    assert.ok(bytes instanceof Uint8Array);
    assert.equal(bytes[0], 1);
    return bytes;
  }

  /** Answers when it is told to. */
  function slow(): { compression: Compression; answers: Deferred<Uint8Array>[] } {
    const answers: Deferred<Uint8Array>[] = [];
    const decompress = (): Promise<Uint8Array> => {
      const answer = new Deferred<Uint8Array>();
      answers.push(answer);
      return answer.promise;
    };
    return { compression: { name: "slow", compress: (bytes) => bytes, decompress }, answers };
  }

  const marked = Uint8Array.of(1, 0, 0, 0, 2, 9, 9);

  test("are read at once where that is quick, and told from others", () => {
    const { inbound } = rig();
    inbound.compression = gzip;
    inbound.push(Buffer.concat([compressed("a"), framedNote("plain")]));
    assert.equal(text(inbound.take()), "a".repeat(100));
    assert.equal(inbound.lastCompressed, true);
    assert.equal(text(inbound.take()), "plain");
    assert.equal(inbound.lastCompressed, false);
  });

  test("without an encoding are INTERNAL", () => {
    const { inbound } = rig();
    inbound.push(compressed("a"));
    assert.throws(() => inbound.take(), withCode(Status.INTERNAL));
  });

  test("are bounded after decompression too", () => {
    const { inbound } = rig(60);
    inbound.compression = gzip;
    inbound.push(compressed("a"));
    assert.throws(() => inbound.take(), withCode(Status.RESOURCE_EXHAUSTED));
  });

  test("that take a while keep the order, and the peer gets no window meanwhile", async () => {
    const { inbound, credit, calls } = rig();
    const { compression, answers } = slow();
    inbound.compression = compression;
    inbound.push(Buffer.concat([marked, framedNote("second")]));
    assert.equal(inbound.take(), PENDING);
    assert.equal(credit(), marked.length);
    inbound.push(new Uint8Array(50_000));
    assert.equal(inbound.take(), PENDING);
    assert.deepEqual([credit(), calls(), answers.length], [marked.length, 0, 1]);
    answers[0]?.resolve(noteCodec.encode({ text: "first" }, 0));
    await settled();
    assert.equal(calls(), 1);
    assert.equal(text(inbound.take()), "first");
    assert.equal(text(inbound.take()), "second");
  });

  test("that fail later fail the stream", async () => {
    const { inbound, calls } = rig();
    const { compression, answers } = slow();
    inbound.compression = compression;
    inbound.push(marked);
    assert.equal(inbound.take(), PENDING);
    answers[0]?.reject(new Error("broken"));
    await settled();
    assert.equal(calls(), 1);
    assert.throws(() => inbound.take(), withCode(Status.INTERNAL));
  });

  test("that come after the end of the call are dropped; kept ones are given before the error", async () => {
    for (const keepQueued of [false, true]) {
      const { inbound } = rig();
      const { compression, answers } = slow();
      inbound.compression = compression;
      inbound.push(marked);
      assert.equal(inbound.take(), PENDING);
      inbound.fail(new RpcError(Status.ABORTED, "over"), keepQueued);
      if (keepQueued) assert.equal(inbound.take(), PENDING);
      else assert.throws(() => inbound.take(), { message: "over" });
      answers[0]?.resolve(noteCodec.encode({ text: "kept" }, 0));
      await settled();
      if (keepQueued) assert.equal(text(inbound.take()), "kept");
      assert.throws(() => inbound.take(), { message: "over" });
    }
  });
});

test("nothing is kept of the bytes of a call's one message once it is taken: the call may last for hours", () => {
  const { inbound } = rig();
  inbound.push(framedNote("a"), false, true);
  assert.notEqual(inbound["reader"], undefined);
  assert.equal((inbound.takeOnly() as Note).text, "a");
  assert.equal(inbound["reader"], undefined);
  assert.equal(inbound.takeOnly(), ENDED);
});
