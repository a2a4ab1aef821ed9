import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { BlockedStreams } from "./blocked-streams.js";
import { SendQueue } from "./send-queue.js";
import { Http2Stream, type StreamOwner } from "./stream.js";

const owner: StreamOwner = {
  peer: { headerListBytesMax: Number.POSITIVE_INFINITY },
  sendHeaders: () => assert.fail(),
  sendData: () => assert.fail(),
  resetByUser: () => assert.fail(),
  consume: () => assert.fail(),
  expect: () => assert.fail(),
  watchReceiving: () => assert.fail(),
  release: () => assert.fail(),
};

function stream(id: number, queuedBytes: number): Http2Stream {
  const made = new Http2Stream(id, owner, 0, 0);
  if (queuedBytes > 0) {
    made.queue = new SendQueue(made);
    made.queue.push(new Uint8Array(queuedBytes));
  }
  return made;
}

function drain(made: Http2Stream, byteCount: number): void {
  made.queue?.moveTo(new Uint8Array(byteCount), 0, byteCount);
}

setFlagsFromString("--expose-gc");
const collect = runInNewContext("typeof gc === 'function' ? gc : undefined") as
  | ((options: { readonly type: "minor" }) => void)
  | undefined;

describe("blocked streams", () => {
  it("go on once, when their queue is below half of its limit", () => {
    const blocked = new BlockedStreams(1_000);
    const [slow, fast] = [stream(1, 900), stream(3, 0)];
    blocked.add(slow, false);
    blocked.add(fast, false);
    assert.deepEqual(blocked.take(), [fast]);
    assert.ok(!blocked.any);
    drain(slow, 399);
    blocked.onDrained(slow, false);
    assert.deepEqual(blocked.take(), []);
    drain(slow, 1);
    blocked.onDrained(slow, false);
    assert.ok(blocked.any);
    assert.deepEqual([blocked.take(), blocked.take(), slow.blocked], [[slow], [], false]);
  });

  it("had they their share of a turn, go on in the next", () => {
    const blocked = new BlockedStreams(1_000);
    const [one, two] = [stream(1, 0), stream(3, 0)];
    blocked.add(one, true);
    assert.ok(blocked.any);
    assert.deepEqual(blocked.take(), []);
    blocked.nextTurn();
    blocked.add(two, true);
    assert.deepEqual(blocked.take(), [one]);
    blocked.nextTurn();
    assert.deepEqual(blocked.take(), [two]);
  });

  it("that wrote on meanwhile wait for their queue again, and are told once", () => {
    const blocked = new BlockedStreams(1_000);
    const writer = stream(1, 500);
    blocked.add(writer, false);
    writer.queue?.push(new Uint8Array(100));
    assert.deepEqual(blocked.take(), []);
    drain(writer, 300);
    blocked.onDrained(writer, false);
    blocked.onDrained(writer, true);
    blocked.nextTurn();
    assert.deepEqual([blocked.take(), blocked.take()], [[writer], []]);
    blocked.nextTurn();
    assert.deepEqual(blocked.take(), []);
  });

  it("that end are forgotten", () => {
    const blocked = new BlockedStreams(1_000);
    const [one, two] = [stream(1, 0), stream(3, 0)];
    blocked.add(one, false);
    blocked.add(two, true);
    blocked.remove(one);
    blocked.remove(two);
    blocked.remove(two);
    assert.ok(!blocked.any);
  });

  it("cost a turn nothing while they wait for their own queues", () => {
    const blocked = new BlockedStreams(1_000);
    for (let id = 1; id < 2_000; id += 2) blocked.add(stream(id, 900), false);
    assert.equal(blocked["ready"], undefined);
    assert.equal(blocked["nextReady"], undefined);
  });

  it("are not held by the lists that earlier ones were in", { skip: collect === undefined }, () => {
    const blocked = new BlockedStreams(1_000);
    const before = process.memoryUsage().arrayBuffers;
    // In a function, whose variables hold nothing when it is left.
    const waitOnce = (id: number): void => {
      const one = stream(id, 0);
      Object.assign(one, { handler: { message: new Uint8Array(1_048_576) } });
      blocked.add(one, id % 4 === 1);
      blocked.nextTurn();
      assert.equal(blocked.take()[0], one);
    };
    for (let id = 1; id < 100; id += 2) {
      waitOnce(id);
      // Two collections make old whatever is reachable: the lists as they wait.
      for (let round = 0; round < 2; round++) collect?.({ type: "minor" });
    }
    for (let round = 0; round < 3; round++) collect?.({ type: "minor" });
    const held = Math.round((process.memoryUsage().arrayBuffers - before) / 1_048_576);
    assert.ok(held < 10, `${held} of 50 streams are held`);
  });
});
