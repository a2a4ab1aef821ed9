import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import { MessageReader } from "./message-reader.js";
import { prefixBytes, writePrefix } from "./prefix.js";

interface Message {
  readonly compressed: boolean;
  readonly payload: Uint8Array;
}

function framed(messages: readonly Message[]): Uint8Array {
  return Buffer.concat(
    messages.map(({ compressed, payload }) => {
      const bytes = new Uint8Array(prefixBytes + payload.length);
      writePrefix(bytes, 0, compressed, payload.length);
      bytes.set(payload, prefixBytes);
      return bytes;
    }),
  );
}

function drain(reader: MessageReader, into: Message[]): void {
  for (let range = reader.next(); range !== undefined; range = reader.next()) {
    into.push({ compressed: reader.lastCompressed, payload: range.view() });
  }
}

function fails(action: () => unknown, code: Status, message: RegExp): void {
  assert.throws(action, (error) => {
    assert.ok(error instanceof RpcError);
    assert.equal(error.code, code);
    assert.match(error.message, message);
    return true;
  });
}

const messages: readonly Message[] = [
  { compressed: false, payload: Uint8Array.of(1, 2, 3) },
  { compressed: true, payload: new Uint8Array(0) },
  { compressed: false, payload: new Uint8Array(0) },
  { compressed: true, payload: Uint8Array.from({ length: 300 }, (_, i) => i) },
  { compressed: false, payload: Uint8Array.of(255) },
];

test("several messages, split in three at every two bytes", () => {
  const bytes = framed(messages.slice(0, 3).concat(messages.slice(4)));
  for (let first = 0; first <= bytes.length; first++) {
    for (let second = first; second <= bytes.length; second++) {
      const reader = new MessageReader();
      const got: Message[] = [];
      for (const part of [bytes.subarray(0, first), bytes.subarray(first, second), bytes.subarray(second)]) {
        reader.push(part);
        drain(reader, got);
      }
      assert.deepEqual(got, messages.slice(0, 3).concat(messages.slice(4)));
      assert.equal(reader.finish(), undefined);
    }
  }
});

test("random messages, split anywhere, taken at any time", () => {
  const message = fc.record<Message>({
    compressed: fc.boolean(),
    payload: fc.oneof(
      fc.uint8Array({ maxLength: 30 }),
      fc.nat(6000).map((length) => new Uint8Array(length).fill(length)),
    ),
  });
  const cuts = fc.array(fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 5000 })), {
    maxLength: 200,
  });
  fc.assert(
    fc.property(fc.array(message, { maxLength: 8 }), cuts, fc.boolean(), (sent, sizes, eager) => {
      const bytes = framed(sent);
      const reader = new MessageReader();
      const got: Message[] = [];
      let offset = 0;
      for (const size of [...sizes, bytes.length]) {
        reader.push(bytes.subarray(offset, offset + size));
        offset = Math.min(bytes.length, offset + size);
        if (eager) drain(reader, got);
      }
      drain(reader, got);
      assert.deepEqual(
        got,
        sent.map((one) => ({ ...one })),
      );
      assert.equal(reader.finish(), undefined);
      assert.equal(reader.byteCount, 0);
    }),
  );
});

test("a message inside of one chunk is not copied", () => {
  const bytes = Uint8Array.from(framed(messages));
  const reader = new MessageReader();
  reader.push(bytes);
  assert.equal(reader.next()?.view().buffer, bytes.buffer);
});

test("tells how many bytes it holds and how many it needs", () => {
  const reader = new MessageReader();
  assert.equal(reader.neededBytes, 5);
  reader.push(Uint8Array.of(0, 0));
  assert.equal(reader.next(), undefined);
  assert.equal(reader.neededBytes, 3);
  assert.equal(reader.byteCount, 2);
  reader.push(Uint8Array.of(0, 0, 9, 1));
  assert.equal(reader.neededBytes, 0);
  assert.equal(reader.next(), undefined);
  assert.equal(reader.neededBytes, 8);
  assert.equal(reader.byteCount, 1);
  reader.push(new Uint8Array(8));
  assert.equal(reader.neededBytes, 0);
  assert.equal(reader.next()?.length, 9);
  assert.equal(reader.neededBytes, 5);
});

test("a stream cut inside of a message ends with INTERNAL, between messages without", () => {
  const bytes = framed(messages);
  const ends = new Set<number>([0]);
  let end = 0;
  for (const { payload } of messages) {
    end += prefixBytes + payload.length;
    ends.add(end);
  }
  for (let cut = 0; cut <= bytes.length; cut++) {
    const reader = new MessageReader();
    reader.push(bytes.subarray(0, cut));
    drain(reader, []);
    const error = reader.finish();
    assert.equal(error === undefined, ends.has(cut), `cut at ${cut}`);
    if (error === undefined) continue;
    assert.equal(error.code, Status.INTERNAL);
    assert.match(error.message, /stream ended inside of a message/);
    assert.equal(reader.finish(), error);
  }
});

test("flags other than 0 and 1 are refused as soon as the prefix is here", () => {
  for (const flag of [2, 3, 128, 255]) {
    const reader = new MessageReader();
    reader.push(Uint8Array.of(flag, 0, 0, 0));
    assert.equal(reader.next(), undefined);
    reader.push(Uint8Array.of(1));
    fails(() => reader.next(), Status.INTERNAL, new RegExp(`flag byte ${flag}`));
    fails(() => reader.next(), Status.INTERNAL, /flag byte/);
  }
});

test("a message over the limit is refused by its prefix, both sizes named, and nothing is kept", () => {
  const reader = new MessageReader();
  reader.push(Uint8Array.of(0, 0, 0x40, 0, 1, 1, 2, 3));
  const message = /4194305 bytes is larger than the limit of 4194304 bytes/;
  fails(() => reader.next(), Status.RESOURCE_EXHAUSTED, message);
  assert.equal(reader.byteCount, 0);
  reader.push(new Uint8Array(1000));
  assert.equal(reader.byteCount, 0);
  fails(() => reader.next(), Status.RESOURCE_EXHAUSTED, message);
  assert.equal(reader.finish()?.code, Status.RESOURCE_EXHAUSTED);
  const largest = new MessageReader(0xffffffff);
  largest.push(Uint8Array.of(0, 255, 255, 255, 255));
  assert.equal(largest.next(), undefined);
  assert.equal(largest.neededBytes, 0xffffffff);
});

test("the limit is met exactly, also when it is 0", () => {
  const reader = new MessageReader(3);
  reader.push(framed([messages[0] as Message]));
  assert.deepEqual(reader.next()?.view(), Uint8Array.of(1, 2, 3));
  const none = new MessageReader(0);
  none.push(framed([messages[1] as Message, messages[4] as Message]));
  assert.equal(none.next()?.length, 0);
  fails(() => none.next(), Status.RESOURCE_EXHAUSTED, /1 bytes is larger than the limit of 0/);
});

test("an announced length allocates nothing", () => {
  const before = process.memoryUsage().arrayBuffers;
  const readers = Array.from({ length: 1000 }, () => {
    const reader = new MessageReader();
    reader.push(Uint8Array.of(0, 0, 0x40, 0, 0, 1));
    assert.equal(reader.next(), undefined);
    return reader;
  });
  assert.ok(process.memoryUsage().arrayBuffers - before < 1 << 20);
  assert.equal(readers.length, 1000);
});

const large = 200_000;

const bytesOfPattern = Uint8Array.from({ length: large }, (_, i) => (i * 31) >> 3);

function pattern(length: number): Uint8Array {
  return bytesOfPattern.subarray(0, length);
}

test("a large message that comes in pieces is gathered in memory of its own, made when a quarter of it is here", () => {
  const reader = new MessageReader();
  const bytes = framed([{ compressed: false, payload: pattern(large) }]);
  const quarter = prefixBytes + large / 4;
  reader.push(bytes.subarray(0, quarter - 1));
  assert.equal(reader.next(), undefined);
  const targetOf = (): Uint8Array | undefined => reader["target"];
  assert.equal(targetOf(), undefined);
  reader.push(bytes.subarray(quarter - 1, quarter));
  assert.equal(reader.next(), undefined);
  const target = targetOf();
  assert.equal(target?.length, large);
  assert.deepEqual([reader.heldBytes, reader.neededBytes], [large / 4, (large * 3) / 4]);
  reader.push(bytes.subarray(quarter));
  const payload = reader.next()?.view();
  assert.equal(payload?.buffer, target?.buffer);
  assert.deepEqual(payload, pattern(large));
  assert.ok(reader.isIdle);
});

test("large messages are gathered also while nobody asks for them, and small ones between them keep their place", () => {
  const sent: Message[] = [large, large, 0, 3, large, 70_000, 9].map((length, i) => ({
    compressed: i % 2 === 1,
    payload: pattern(length),
  }));
  const bytes = framed(sent);
  const reader = new MessageReader();
  const got: Message[] = [];
  for (let at = 0; at < bytes.length; at += 30_011) {
    reader.push(bytes.subarray(at, at + 30_011));
    // Asked for once, which tells that they are large; then not before the end.
    if (at < large / 2) drain(reader, got);
  }
  const taken = got.reduce((sum, { payload }) => sum + payload.length, 0);
  assert.equal(reader.heldBytes, sent.reduce((sum, { payload }) => sum + payload.length, 0) - taken + 4 * prefixBytes);
  drain(reader, got);
  assert.deepEqual(got, sent);
  assert.ok(reader.isIdle);
});

test("bytes that are no message are told behind the large messages before them", () => {
  const reader = new MessageReader();
  const bytes = framed([{ compressed: false, payload: pattern(large) }]);
  reader.push(bytes.subarray(0, 100_000));
  assert.equal(reader.next(), undefined);
  reader.push(Buffer.concat([bytes.subarray(100_000), Uint8Array.of(7, 0, 0, 0, 0)]));
  assert.deepEqual(reader.next()?.view(), pattern(large));
  fails(() => reader.next(), Status.INTERNAL, /flag byte 7/);
  assert.equal(reader.heldBytes, 0);
});

test("any messages come out as they went in, however they are cut or lent, and whenever they are asked for", () => {
  const lengths = fc.array(fc.oneof(fc.nat(100), fc.nat(200_000)), { minLength: 1, maxLength: 6 });
  const cuts = fc.array(fc.tuple(fc.integer({ min: 1, max: 90_000 }), fc.boolean(), fc.boolean()), { minLength: 1 });
  fc.assert(
    fc.property(lengths, cuts, (sizes, parts) => {
      const sent = sizes.map((length, i) => ({ compressed: i % 2 === 0, payload: pattern(length) }));
      const bytes = framed(sent);
      const reader = new MessageReader();
      const got: Message[] = [];
      for (let at = 0, i = 0; at < bytes.length; i++) {
        const [count, ask, lent] = parts[i % parts.length] as [number, boolean, boolean];
        const piece = bytes.slice(at, at + count);
        reader.push(piece, lent);
        if (lent) piece.fill(0xee);
        at += count;
        if (ask) drain(reader, got);
      }
      drain(reader, got);
      assert.equal(reader.finish(), undefined);
      assert.ok(
        got.length === sent.length &&
          got.every((one, i) => Buffer.compare(one.payload, (sent[i] as Message).payload) === 0),
      );
      assert.deepEqual(
        got.map((one) => one.compressed),
        sent.map((one) => one.compressed),
      );
    }),
    { numRuns: 50 },
  );
});
