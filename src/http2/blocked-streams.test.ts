import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { BlockedStreams } from "./blocked-streams.js";
import { SendQueue } from "./send-queue.js";
import { Http2Stream, type StreamOwner } from "./stream.js";

const owner: StreamOwner = {
  sendHeaders: () => assert.fail(),
  sendData: () => assert.fail(),
  resetByUser: () => assert.fail(),
  consume: () => assert.fail(),
  expect: () => assert.fail(),
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
});
