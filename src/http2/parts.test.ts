import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { BdpEstimator } from "./bdp.js";
import { errorCodeName, localFailure, peerFailure, wireAction } from "./errors.js";
import { ConnectionReceiveWindow, ReceiveWindow, SendWindow } from "./flow-control.js";
import { FrameReader } from "./frame-reader.js";
import { PingGuard } from "./ping-guard.js";
import { frame } from "./script.testing.js";
import { PeerSettings } from "./settings.js";
import { canReceive, canSend, nextState, StreamEvent, StreamState } from "./stream-state.js";
import { Ending, StreamTable } from "./stream-table.js";
import { TokenBucket } from "./token-bucket.js";

describe("stream states", () => {
  it("go as the diagram says", () => {
    const { IDLE, OPEN, HALF_CLOSED_LOCAL, HALF_CLOSED_REMOTE, CLOSED } = StreamState;
    const { HEADERS, SEND_END, RECEIVE_END, RESET } = StreamEvent;
    const steps = [
      [IDLE, HEADERS, OPEN],
      [OPEN, HEADERS, OPEN],
      [OPEN, SEND_END, HALF_CLOSED_LOCAL],
      [OPEN, RECEIVE_END, HALF_CLOSED_REMOTE],
      [HALF_CLOSED_LOCAL, RECEIVE_END, CLOSED],
      [HALF_CLOSED_LOCAL, SEND_END, HALF_CLOSED_LOCAL],
      [HALF_CLOSED_REMOTE, SEND_END, CLOSED],
      [HALF_CLOSED_REMOTE, RECEIVE_END, HALF_CLOSED_REMOTE],
      [CLOSED, HEADERS, CLOSED],
      [CLOSED, SEND_END, CLOSED],
    ] as const;
    for (const [from, event, to] of steps) assert.equal(nextState(from, event), to);
    for (const state of Object.values(StreamState)) assert.equal(nextState(state, RESET), CLOSED);
    assert.deepEqual(Object.values(StreamState).filter(canSend), [OPEN, HALF_CLOSED_REMOTE]);
    assert.deepEqual(Object.values(StreamState).filter(canReceive), [OPEN, HALF_CLOSED_LOCAL]);
  });
});

describe("windows", () => {
  it("a send window grows to 2^31-1 at most, also from below 0", () => {
    const window = new SendWindow(10);
    assert.ok(window.grow(-30));
    assert.equal(window.available, -20);
    assert.ok(window.grow(0x7fff_ffff));
    assert.ok(window.grow(20));
    assert.ok(!window.grow(1));
    assert.equal(window.available, 0x7fff_ffff);
  });

  it("a receive window is announced in halves", () => {
    const window = new ReceiveWindow(100);
    assert.ok(window.receive(100));
    assert.ok(!window.receive(1));
    assert.equal(window.giveBack(49, 100), 0);
    assert.equal(window.giveBack(1, 100), 50);
    assert.equal(window.receivable, 50);
    assert.equal(window.grant(0x7fff_ffff), 0x7fff_ffff - 50);
    assert.equal(new ReceiveWindow(0).giveBack(0, 0), 0);
  });

  it("a receive window is announced ahead for what is waited for, and not once more when it was used", () => {
    const window = new ReceiveWindow(100);
    assert.ok(window.receive(60));
    assert.equal(window.grantAhead(500), 460);
    assert.equal(window.grantAhead(500), 0);
    assert.ok(window.receive(500));
    assert.ok(!window.receive(1));
    assert.equal(window.giveBack(460, 100), 0);
    assert.equal(window.giveBack(100, 100), 100);
    assert.equal(window.receivable, 100);
  });

  it("a connection's window follows what comes until too much is unread", () => {
    const window = new ConnectionReceiveWindow(1_000, 2_000);
    const hold = (byteCount: number): number => {
      assert.ok(window.receive(byteCount));
      window.unused += byteCount;
      return window.update();
    };
    assert.equal(hold(499), 0);
    assert.equal(hold(1), 500);
    assert.equal(hold(500), 500);
    assert.equal(hold(500), 0);
    assert.equal(hold(500), 0);
    assert.ok(!window.receive(1), "what is unread and what may come are together the buffer");
    window.unused -= 499;
    assert.equal(window.update(), 0);
    window.unused -= 1;
    assert.equal(window.update(), 500);
    window.unused = 0;
    assert.equal(window.update(), 500);
    assert.equal(window.growTo(500), 0);
    assert.equal(window.growTo(3_000), 1_000);
  });

  it("a connection's window has room for what is waited for, exactly where that is little", () => {
    const window = new ConnectionReceiveWindow(100_000, 200_000);
    window.receivable = 0;
    window.unused = 500_000;
    assert.equal(window.update(), 0);
    window.expected = 10;
    assert.equal(window.update(), 10);
    assert.ok(window.receive(4));
    assert.equal(window.update(), 4);
    window.expected = 500_000;
    assert.equal(window.update(), 99_990);
    assert.ok(window.receive(40_000));
    assert.equal(window.update(), 0);
    assert.equal(window.update(100), 0);
    assert.ok(window.receive(10_000));
    assert.equal(window.update(), 50_000);
  });
});

describe("frame reader", () => {
  it("gives the same frames wherever the bytes are cut, and no more than one copy of each", () => {
    const bytes = Buffer.concat([
      frame(0, 1, 5, Buffer.from("hello")),
      frame(6, 0, 0),
      frame(0xfe, 0xff, 0x7fff_ffff, new Uint8Array(300)),
    ]);
    const read = (chunks: Uint8Array[]): string[] => {
      const log: string[] = [];
      const reader = new FrameReader(1_000, {
        onFrame: (type, flags, id, source, start, end) =>
          log.push([type, flags, id, [...source.subarray(start, end)]].join()) > 0,
        onFrameTooLong: () => false,
      });
      for (const chunk of chunks) reader.read(chunk);
      return log;
    };
    const whole = read([bytes]);
    assert.equal(whole.length, 3);
    for (let a = 0; a <= bytes.length; a++) {
      for (let b = a; b <= bytes.length; b += 13) {
        assert.deepEqual(
          read([bytes.subarray(0, a), bytes.subarray(a, b), bytes.subarray(b)].filter((one) => one.length > 0)),
          whole,
        );
      }
    }
  });

  it("gives a long DATA frame in pieces, of which the last has its flags, and copies small ones together", () => {
    const pieces = (flags: number, cuts: readonly number[]): string[] => {
      const bytes = frame(
        0,
        flags,
        5,
        new Uint8Array(5_000).map((_, i) => i),
      );
      const log: string[] = [];
      const reader = new FrameReader(16_384, {
        onFrame: (type, got, id, source, start, end) => {
          const right = source.subarray(start, end).every((byte, i) => byte === ((at + i) & 0xff));
          at += end - start;
          return log.push(`${type} ${got} ${id} ${end - start} ${right}`) > 0;
        },
        onFrameTooLong: () => false,
      });
      let at = 0;
      let from = 0;
      for (const cut of [...cuts, bytes.length]) {
        reader.read(bytes.subarray(from, cut));
        from = cut;
      }
      return log;
    };
    assert.deepEqual(pieces(1, [9 + 1_024]), ["0 0 5 1024 true", "0 1 5 3976 true"]);
    assert.deepEqual(pieces(0, [2_009, 3_509]), ["0 0 5 2000 true", "0 0 5 1500 true", "0 0 5 1500 true"]);
    // Too little here, or too little left.
    assert.deepEqual(pieces(1, [9 + 1_023]), ["0 1 5 5000 true"]);
    assert.deepEqual(pieces(1, [9 + 3_977]), ["0 1 5 5000 true"]);
    assert.deepEqual(pieces(1, [2_009, 2_010, 4_500]), ["0 0 5 2000 true", "0 1 5 3000 true"]);
    // Its first byte tells how long the padding is.
    assert.deepEqual(pieces(9, [2_009]), ["0 9 5 5000 true"]);
  });

  it("stops when it is told to, and at a frame that is too long", () => {
    let count = 0;
    const reader = new FrameReader(10, {
      onFrame: () => ++count < 2,
      onFrameTooLong: (type, id, length) => {
        count += 1_000 * type + 100 * id + length;
        return false;
      },
    });
    reader.read(Buffer.concat([frame(6, 0, 0), frame(6, 0, 0), frame(6, 0, 0)]));
    assert.equal(count, 2);
    for (const byte of frame(3, 0, 2, new Uint8Array(11)).subarray(0, 9)) reader.read(Uint8Array.of(byte));
    assert.equal(count, 2 + 3_000 + 200 + 11);
  });
});

describe("token bucket", () => {
  it("gives a burst, then so many a second, never more than a burst", () => {
    const bucket = new TokenBucket(3, 10, 0);
    const takeAll = (nowMs: number): number => {
      let count = 0;
      while (bucket.take(nowMs)) count++;
      return count;
    };
    assert.deepEqual([takeAll(0), takeAll(99), takeAll(101), takeAll(301), takeAll(1e9)], [3, 0, 1, 2, 3]);
  });
});

describe("bandwidth-delay estimate", () => {
  it("doubles while samples fill it, and keeps what it has when they do not", () => {
    const bdp = new BdpEstimator(65_535, 1_000_000);
    assert.equal(bdp.onData(10_000), false);
    assert.equal(bdp.onData(10_000), true);
    assert.equal(bdp.onData(50_000), false);
    assert.equal(bdp.onAck(10), 120_000);
    assert.equal(bdp.onData(40_000), true);
    assert.equal(bdp.onAck(10), 0);
    assert.equal(bdp.bytes, 120_000);
    for (let i = 0; i < 5; i++) {
      bdp.onData(bdp.bytes);
      bdp.onAck(1);
    }
    assert.equal(bdp.bytes, 1_000_000);
    assert.equal(bdp.onData(10_000_000), false);
  });

  it("does not grow when the bandwidth does not", () => {
    const bdp = new BdpEstimator(65_535, 1_000_000);
    bdp.onData(65_535);
    assert.equal(bdp.onAck(1), 131_070);
    bdp.onData(131_070);
    assert.equal(bdp.onAck(100), 0);
  });
});

describe("ping guard", () => {
  it("counts PINGs that come early; headers or data in between make good", () => {
    const guard = new PingGuard(300_000, true, 2);
    assert.deepEqual(
      [0, 1, 2].map((ms) => guard.onPing(ms, 1, false)),
      [true, true, true],
    );
    assert.equal(guard.onPing(3, 1, true), true);
    assert.deepEqual(
      [4, 5, 6].map((ms) => guard.onPing(ms, 0, false)),
      [true, true, false],
    );
  });

  it("wants two hours between PINGs without a stream", () => {
    const guard = new PingGuard(300_000, false, 0);
    assert.ok(guard.onPing(0, 0, false));
    assert.ok(guard.onPing(7_200_000, 0, false));
    assert.ok(!guard.onPing(7_500_000, 0, false));
  });
});

describe("stream table", () => {
  it("tells idle streams of both sides", () => {
    const table = new StreamTable();
    table.lastPeerId = 5;
    assert.deepEqual(
      [3, 5, 7, 2].map((id) => table.isIdle(id, true)),
      [false, false, true, true],
    );
    const client = new StreamTable();
    client.lastLocalId = 5;
    assert.deepEqual(
      [3, 5, 7, 2].map((id) => client.isIdle(id, false)),
      [false, false, true, true],
    );
  });

  it("remembers the last endings only", () => {
    const table = new StreamTable();
    table.remember(0x7fff_ffff, Ending.RESET_BY_PEER);
    assert.equal(table.endingOf(0x7fff_ffff), Ending.RESET_BY_PEER);
    for (let id = 1; id < 500; id += 2) table.remember(id, Ending.ENDED);
    assert.equal(table.endingOf(0x7fff_ffff), Ending.UNKNOWN);
    assert.equal(table.endingOf(499), Ending.ENDED);
    assert.equal(table.endingOf(1), Ending.UNKNOWN);
  });
});

describe("failures", () => {
  it("have one wire action each", () => {
    assert.equal(wireAction(localFailure("stream", 1, "x")), "reset");
    assert.equal(wireAction(localFailure("connection", 1, "x")), "goaway");
    assert.equal(wireAction(peerFailure("io", 0, "x", true)), "close");
    assert.equal(errorCodeName(0xb), "ENHANCE_YOUR_CALM");
    assert.equal(errorCodeName(0xffff), "0xffff");
  });
});

describe("settings of the peer", () => {
  it("the last of an entry holds; unknown ones are ignored", () => {
    const peer = new PeerSettings();
    assert.equal(peer.streamsMax, 100);
    const bytes = Uint8Array.of(0, 3, 0, 0, 0, 5, 0, 99, 1, 1, 1, 1, 0, 3, 0, 0, 0, 6, 0, 6, 0, 0, 1, 0);
    assert.equal(peer.apply(bytes, 0, bytes.length, true), undefined);
    assert.deepEqual([peer.streamsMax, peer.headerListBytesMax], [6, 256]);
    const unlimited = new PeerSettings();
    unlimited.apply(bytes, 0, 0, true);
    assert.equal(unlimited.streamsMax, Number.POSITIVE_INFINITY);
  });
});
