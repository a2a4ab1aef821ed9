import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import type { Compression } from "../message/compression.js";
import { inflatingMax, turnWorkMs } from "../message/limits.js";
import { TurnBudget } from "../message/turn-budget.js";
import { builtInCompressions } from "../message/zlib-compression.js";
import { SimulatedClock } from "../testing/simulated-clock.js";
import { ENDED, InboundMessages, PENDING, SEVERAL } from "./inbound.js";
import { MessageStream } from "./message-stream.js";
import { framedNote, type Note, noteCodec } from "./notes.testing.js";
import { Deferred, settled } from "./server-rig.testing.js";

/** Streams that share a budget, with turns that end by hand, and decoding that takes time. */
class Rig {
  readonly clock: SimulatedClock = new SimulatedClock();
  decoded: string[] = [];
  credit = 0;
  #atEnd: (() => void)[] = [];
  readonly budget: TurnBudget = new TurnBudget(this.clock, (callback, argument) => {
    this.#atEnd.push(() => callback(argument));
  });
  readonly #decodeMs: number;

  constructor(decodeMs: number) {
    this.#decodeMs = decodeMs;
  }

  stream(lane: unknown = 1, compression?: Compression): InboundMessages {
    const inbound = new InboundMessages({
      codec: {
        encode: () => assert.fail("encoded"),
        decode: (bytes) => {
          this.clock.advance(this.#decodeMs);
          const note = noteCodec.decode(bytes);
          this.decoded.push(note.text);
          return note;
        },
      },
      bounds: undefined,
      messageBytesMax: 1_000_000,
      window: {
        consume: (bytes) => {
          this.credit += bytes;
        },
        expect: () => undefined,
      },
      budget: this.budget,
      lane,
    });
    inbound.compression = compression;
    return inbound;
  }

  /** A turn of the event loop: microtasks, then its end. */
  async turn(): Promise<void> {
    await settled();
    const callbacks = this.#atEnd;
    this.#atEnd = [];
    for (const callback of callbacks) callback();
    await settled();
  }

  get idle(): boolean {
    return this.#atEnd.length === 0;
  }

  async until(condition: () => boolean): Promise<number> {
    for (let turns = 0; turns < 1_000; turns++) {
      if (condition()) return turns;
      await this.turn();
    }
    return assert.fail("it does not come to an end");
  }
}

function note(text: string, payloadBytes: number = 0): Uint8Array {
  return framedNote(text, { payload: new Uint8Array(payloadBytes) });
}

/** As it is on the wire, compressed. */
function compressed(text: string, payloadBytes: number): Uint8Array {
  const payload = gzipSync(note(text, payloadBytes).subarray(5));
  const framed = new Uint8Array(5 + payload.length);
  framed.set(payload, 5);
  framed[0] = 1;
  new DataView(framed.buffer).setUint32(1, payload.length);
  return framed;
}

const gzip = builtInCompressions().find(({ name }) => name === "gzip") as Compression;

async function readAll(inbound: InboundMessages): Promise<string[]> {
  const texts: string[] = [];
  for await (const message of new MessageStream(inbound)) texts.push((message as Note).text);
  return texts;
}

describe("one stream", () => {
  test("whose messages are dear takes no more than its share of each turn", async () => {
    for (const make of [(i: number): Uint8Array => note(`${i}`, 100_000), (i: number) => compressed(`${i}`, 100_000)]) {
      const rig = new Rig(10);
      const inbound = rig.stream(1, gzip);
      let texts: string[] | undefined;
      readAll(inbound).then((all) => {
        texts = all;
      });
      inbound.push(Buffer.concat(Array.from({ length: 50 }, (_, i) => make(i))), false, true);
      let most = 0;
      await rig.until(() => {
        most = Math.max(most, rig.decoded.length);
        rig.decoded = [];
        return texts !== undefined;
      });
      assert.deepEqual(
        texts,
        Array.from({ length: 50 }, (_, i) => `${i}`),
      );
      // The time of a turn, and what was begun before.
      assert.ok(most <= 1 + Math.ceil(turnWorkMs / 10) + 1, `${most} in one turn`);
      await rig.until(() => rig.idle);
    }
  });

  test("of very many small messages lets go of the turn too", async () => {
    const rig = new Rig(1);
    const inbound = rig.stream();
    let texts: string[] | undefined;
    readAll(inbound).then((all) => {
      texts = all;
    });
    inbound.push(Buffer.concat(Array.from({ length: 2_000 }, () => note(""))), false, true);
    const turns = await rig.until(() => texts !== undefined);
    assert.equal(texts?.length, 2_000);
    assert.ok(turns > 3, `${turns} turns`);
  });

  test("gives no window while it has to wait for its turn", async () => {
    const rig = new Rig(turnWorkMs);
    const inbound = rig.stream();
    const reading = readAll(inbound);
    const [one, two] = [note("a", 100_000), note("b", 100_000)];
    inbound.push(Buffer.concat([one, two, two, two]));
    await settled();
    const { credit } = rig;
    inbound.push(two, false, true);
    assert.equal(rig.credit, credit);
    assert.ok(credit < 3 * two.length, String(credit));
    await rig.until(() => rig.decoded.length === 5);
    assert.equal((await reading).length, 5);
    assert.equal(rig.credit, one.length + 4 * two.length);
  });

  test("that is dropped or fails while it waits for its turn is over at once, and leaves nothing", async () => {
    for (const end of ["drop", "fail"] as const) {
      const rig = new Rig(turnWorkMs);
      const inbound = rig.stream();
      let ended = false;
      readAll(inbound).then(
        () => {
          ended = true;
        },
        () => {
          ended = true;
        },
      );
      inbound.push(Buffer.concat(Array.from({ length: 9 }, () => note("x", 100_000))));
      await settled();
      const { length } = rig.decoded;
      if (end === "drop") inbound.drop();
      else inbound.fail(new RpcError(Status.CANCELLED), false);
      await settled();
      assert.equal(ended, true);
      await rig.until(() => rig.idle);
      assert.deepEqual([rig.decoded.length, inbound.unopenedBytes], [length, 0]);
    }
  });
});

describe("several", () => {
  test("streams of one connection do not keep another connection waiting", async () => {
    const rig = new Rig(turnWorkMs);
    let honest: string[] | undefined;
    for (let i = 0; i < 100; i++) {
      const inbound = rig.stream("hostile");
      readAll(inbound).catch(() => undefined);
      inbound.push(Buffer.concat(Array.from({ length: 3 }, () => note("x", 100_000))), false, true);
    }
    const inbound = rig.stream("honest");
    readAll(inbound).then((texts) => {
      honest = texts;
    });
    inbound.push(note("y", 100_000), false, true);
    const turns = await rig.until(() => honest !== undefined);
    assert.ok(turns <= 6, `${turns} turns`);
    await rig.until(() => rig.decoded.length === 301 && rig.idle);
  });

  test("connections: a small message does not wait for those that are dear", async () => {
    const rig = new Rig(turnWorkMs);
    const hostile = rig.stream("hostile");
    readAll(hostile).catch(() => undefined);
    hostile.push(Buffer.concat(Array.from({ length: 9 }, () => note("x", 100_000))), false, true);
    await settled();
    assert.ok(rig.budget.isUsedUp);
    const streaming = rig.stream("honest");
    streaming.push(note("y"));
    assert.equal((streaming.take() as Note).text, "y");
    const unary = rig.stream("honest");
    unary.push(note("z"), false, true);
    assert.equal((unary.takeOnly() as Note).text, "z");
    await rig.until(() => rig.decoded.length === 11 && rig.idle);
  });

  test("calls with one message are opened in the turns that there are, once they are whole", async () => {
    const rig = new Rig(10);
    const taken: string[] = [];
    for (let i = 0; i < 20; i++) {
      const inbound = rig.stream(i % 2);
      inbound.listener = {
        onReadable: () => {
          const one = inbound.takeOnly();
          if (one !== PENDING) taken.push((one as Note).text);
        },
      };
      assert.equal(inbound.takeOnly(), PENDING);
      inbound.push(compressed(`${i}`, 100_000));
      inbound.compression = gzip;
      inbound.end();
    }
    assert.ok(taken.length > 0 && taken.length <= 4, String(taken.length));
    await rig.until(() => taken.length === 20 && rig.idle);
  });

  test("messages are in threads at once only so many, and a permit is never lost", async () => {
    const rig = new Rig(0);
    const waiting: Deferred<Uint8Array>[] = [];
    let inThreads = 0;
    let most = 0;
    const slow: Compression = {
      name: "slow",
      compress: () => assert.fail("compressed"),
      decompress: () => {
        const later = new Deferred<Uint8Array>();
        waiting.push(later);
        most = Math.max(most, ++inThreads);
        return later.promise.finally(() => inThreads--);
      },
    };
    const streams = Array.from({ length: 30 }, (_, i) => {
      const inbound = rig.stream(i % 3, slow);
      readAll(inbound).catch(() => undefined);
      const framed = note(`${i}`);
      framed[0] = 1;
      inbound.push(framed, false, true);
      return inbound;
    });
    await settled();
    assert.equal(waiting.length, inflatingMax);
    let n = 0;
    await rig.until(() => {
      const later = waiting.shift();
      // Some end well, some badly, and some of those that wait or are in threads are given up meanwhile.
      if (n % 3 === 0) streams[n]?.drop();
      if (n % 5 === 1) later?.reject(new Error("broken"));
      else later?.resolve(noteCodec.encode({ text: "z" }, 0));
      n++;
      return later === undefined && n > 60 && rig.idle;
    });
    assert.equal(most, inflatingMax);
    for (let i = 0; i < inflatingMax; i++) assert.ok(rig.budget.startInflating(), "a permit was lost");
    assert.equal(rig.budget.startInflating(), false);
  });
});

test("a permit comes back from a stream that is dropped with its result untaken", async () => {
  const rig = new Rig(0);
  const later = new Deferred<Uint8Array>();
  const slow: Compression = { name: "slow", compress: () => assert.fail(), decompress: () => later.promise };
  const inbound = rig.stream(1, slow);
  const framed = note("x");
  framed[0] = 1;
  inbound.push(framed);
  assert.equal(inbound.take(), PENDING);
  later.resolve(framed.subarray(5));
  await settled();
  inbound.drop();
  for (let i = 0; i < inflatingMax; i++) assert.ok(rig.budget.startInflating());
});

test("a permit comes back from a message that is no compressed one, and from a stream that was dropped while it waited", async () => {
  const rig = new Rig(0);
  const broken: Compression = {
    name: "broken",
    compress: () => assert.fail(),
    decompress: () => {
      throw new Error("no header");
    },
  };
  const framed = note("x");
  framed[0] = 1;
  const bad = rig.stream(1, broken);
  bad.push(framed);
  assert.throws(() => bad.take(), /no header/);
  for (let i = 0; i < inflatingMax; i++) assert.ok(rig.budget.startInflating(), "a permit was lost");
  const waiting = rig.stream(1, gzip);
  waiting.push(compressed("y", 100));
  assert.equal(waiting.take(), PENDING);
  waiting.drop();
  for (let i = 0; i < inflatingMax; i++) rig.budget.endInflating(0);
  await rig.until(() => rig.idle);
  for (let i = 0; i < inflatingMax; i++) assert.ok(rig.budget.startInflating(), "a permit was lost");
});

describe("a side with one message", () => {
  test("decodes nothing before the end, and holds no more than came", () => {
    const rig = new Rig(0);
    const inbound = rig.stream(1, gzip);
    inbound.listener = { onReadable: () => assert.equal(inbound.takeOnly(), PENDING) };
    assert.equal(inbound.takeOnly(), PENDING);
    const bytes = compressed("x", 200_000);
    // A read of much else, in which the message is a small part.
    const read = new Uint8Array(262_144);
    read.set(bytes, 1_000);
    inbound.push(read.subarray(1_000, 1_000 + bytes.length));
    assert.deepEqual([rig.decoded, inbound.unopenedBytes, rig.credit], [[], bytes.length - 5, 0]);
    const held = (inbound as unknown as { unopened: Uint8Array }).unopened;
    assert.ok(held.buffer.byteLength <= 8_192, `${held.buffer.byteLength} bytes are kept`);
    inbound.listener = undefined;
    inbound.end();
    assert.equal((inbound.takeOnly() as Note).text, "x");
    assert.deepEqual([rig.decoded, inbound.unopenedBytes], [["x"], 0]);
  });

  test("knows none, several, and half of one", () => {
    const cases: [Uint8Array, (taken: () => unknown) => void][] = [
      [new Uint8Array(0), (taken) => assert.equal(taken(), ENDED)],
      [Buffer.concat([note("a"), note("b")]), (taken) => assert.equal(taken(), SEVERAL)],
      [note("a").subarray(0, 7), (taken) => assert.throws(taken, { code: Status.INTERNAL })],
      [
        Buffer.concat([note("a"), note("b").subarray(0, 3)]),
        (taken) => assert.throws(taken, { code: Status.INTERNAL }),
      ],
      [Uint8Array.of(0, 255, 0, 0, 0), (taken) => assert.throws(taken, { code: Status.RESOURCE_EXHAUSTED })],
    ];
    for (const [bytes, check] of cases) {
      for (const pieces of [1, 2]) {
        const inbound = new Rig(0).stream();
        const half = pieces === 1 ? 0 : bytes.length >> 1;
        inbound.push(bytes.subarray(0, half));
        inbound.push(bytes.subarray(half), false, true);
        check(() => inbound.takeOnly());
      }
    }
  });

  test("several are refused as soon as the second is here, and too large a one at its prefix", () => {
    const rig = new Rig(0);
    const inbound = rig.stream();
    inbound.push(note("a"));
    assert.equal(inbound.takeOnly(), PENDING);
    inbound.push(note("b"));
    assert.equal(inbound.takeOnly(), SEVERAL);
    assert.deepEqual(rig.decoded, []);
    const large = rig.stream();
    large.push(Uint8Array.of(0, 255, 0, 0, 0));
    assert.throws(() => large.takeOnly(), { code: Status.RESOURCE_EXHAUSTED });
  });
});
