import assert from "node:assert/strict";
import { test } from "node:test";
import type { HeaderList } from "../base/transport.js";
import { HpackDecoder } from "./decoder.js";

function decode(decoder: HpackDecoder, hex: string): HeaderList | undefined {
  const bytes = Buffer.from(hex, "hex");
  return decoder.decode(bytes, 0, bytes.length);
}

function refused(hex: string, message: RegExp, decoder: HpackDecoder = new HpackDecoder()): void {
  assert.equal(decode(decoder, hex), undefined, hex);
  assert.equal(decoder.failure?.kind, "compression");
  assert.match(decoder.failure?.message ?? "", message);
  const { failure } = decoder;
  assert.equal(decode(decoder, "82"), undefined, "nothing is decoded after a compression error");
  assert.equal(decoder.failure, failure);
}

/** A plain literal with a name of its own; `first` is 0x40 with indexing, 0 without, 0x10 never. */
function literal(first: number, name: string, value: string): string {
  const string = (text: string): Buffer => {
    assert.ok(text.length < 127 + 128);
    const length = text.length < 127 ? [text.length] : [127, text.length - 127];
    return Buffer.concat([Buffer.from(length), Buffer.from(text, "latin1")]);
  };
  return Buffer.concat([Buffer.of(first), string(name), string(value)]).toString("hex");
}

const indexed = 0x40;
const plain = 0;
const never = 0x10;

test("an empty block is an empty list", () => {
  assert.deepEqual(decode(new HpackDecoder(), ""), []);
});

test("reads only its part of the bytes, of plain arrays and buffers alike", () => {
  const bytes = new Uint8Array(Buffer.from(`ff83${literal(plain, "a", "b\u00ff")}ff`, "hex"));
  for (const block of [bytes, Buffer.from(bytes), bytes.subarray(0)]) {
    const decoder = new HpackDecoder();
    assert.deepEqual(decoder.decode(block, 1, block.length - 1), [":method", "POST", "a", "b\u00ff"]);
  }
});

test("refuses what breaks RFC 7541, saying what it was", () => {
  refused("80", /index 0/);
  refused("be", /index 62, but the tables end at 61/);
  refused("7f0000", /index 63/);
  refused("ff", /index that is cut off/);
  refused("ffffffffff7f", /over 2\^32-1/);
  refused("ffffffffffffff01", /too many bytes/);
  refused("40", /name length that is cut off/);
  refused("400161", /value length that is cut off/);
  refused("40016105", /value of 5 bytes, of which 0/);
  refused("40ff", /name length that is cut off/);
  refused("008118", /name with bad Huffman padding/);
  refused("00016184ffffffff", /value with the Huffman symbol EOS/);
  refused("8220", /table size update behind a field/);
  refused("3fe21f", /update to 4097 bytes, but 4096/);
  refused("3f", /table size that is cut off/);
  refused("3fffffffffffff01", /table size over/);
});

test("tells the place of a mistake", () => {
  refused("828280", /at byte 3/);
});

test("takes several size updates at the start, and any after an empty block", () => {
  const decoder = new HpackDecoder();
  decode(decoder, literal(indexed, "a", "b"));
  assert.deepEqual(decode(decoder, "203fe11f82"), [":method", "GET"]);
  assert.equal(decoder.tableSizeBytes, 0);
  refused("be", /index 62/, decoder);
});

test("allows table sizes up to the setting, and the initial one until the setting is acknowledged", () => {
  const larger = new HpackDecoder({ tableSizeMax: 8192 });
  assert.deepEqual(decode(larger, "3fe13f"), []);
  refused("3fe23f", /8193 bytes, but 8192/, larger);
  const smaller = new HpackDecoder({ tableSizeMax: 100 });
  assert.deepEqual(decode(smaller, "3fe11f"), []);
  smaller.settingsAcknowledged();
  refused("3fe11f", /4096 bytes, but 100/, smaller);
});

test("a peer has to say that its table shrank, once the setting is acknowledged", () => {
  for (const block of ["82", ""]) {
    const silent = new HpackDecoder({ tableSizeMax: 100 });
    assert.deepEqual(decode(silent, "82"), [":method", "GET"]);
    assert.deepEqual(decode(silent, "82"), [":method", "GET"]);
    silent.settingsAcknowledged();
    refused(block, /no table size update/, silent);
  }
  const decoder = new HpackDecoder({ tableSizeMax: 100 });
  decoder.settingsAcknowledged();
  assert.deepEqual(decode(decoder, "3f4582"), [":method", "GET"]);
  assert.deepEqual(decode(decoder, "82"), [":method", "GET"]);
});

test("names and values from a table are the same strings each time", () => {
  const decoder = new HpackDecoder();
  const first = decode(decoder, literal(indexed, "name", "value")) as HeaderList;
  const second = decode(decoder, `be82${literal(plain, "x", "y")}`) as HeaderList;
  assert.deepEqual(second.slice(0, 2), first);
});

test("empty names and values are handed on: what they mean is not for HPACK to say", () => {
  assert.deepEqual(decode(new HpackDecoder(), literal(plain, "", "")), ["", ""]);
});

test("a list over the limit of bytes is refused, and the table goes on", () => {
  const decoder = new HpackDecoder({ headerListBytesMax: 100 });
  const value = "v".repeat(60);
  assert.equal(decode(decoder, `${literal(indexed, "a", value)}be82`), undefined);
  assert.deepEqual(decoder.failure, {
    kind: "tooLarge",
    message: "header list of 228 bytes, but 100 is the limit",
  });
  assert.deepEqual(decode(decoder, "be"), ["a", value]);
  assert.equal(decoder.failure, undefined);
});

test("a list over the limit of fields is refused, and the table goes on", () => {
  const decoder = new HpackDecoder({ fieldsMax: 3 });
  assert.equal(decode(decoder, `828282${literal(indexed, "a", "b")}`), undefined);
  assert.equal(decoder.failure?.kind, "tooLarge");
  assert.match(decoder.failure?.message ?? "", /4 fields, but 3/);
  assert.deepEqual(decode(decoder, "bebebe"), ["a", "b", "a", "b", "a", "b"]);
});

test("limits are met exactly", () => {
  const decoder = new HpackDecoder({ headerListBytesMax: 34, fieldsMax: 1 });
  assert.deepEqual(decode(decoder, literal(plain, "a", "b")), ["a", "b"]);
  assert.equal(decode(decoder, literal(plain, "a", "bc")), undefined);
});

test("a string too long for the list still enters the table if it fits there", () => {
  const decoder = new HpackDecoder({ headerListBytesMax: 50 });
  const value = "v".repeat(100);
  assert.equal(decode(decoder, literal(indexed, "a", value)), undefined);
  assert.equal(decoder.failure?.kind, "tooLarge");
  assert.deepEqual(decoder.tableEntries(), ["a", value]);
  assert.equal(decode(decoder, literal(plain, "a", value)), undefined);
  assert.equal(decoder.tableSizeBytes, 133);
});

test("a string too long for list and table empties the table", () => {
  const decoder = new HpackDecoder({ headerListBytesMax: 50 });
  assert.deepEqual(decode(decoder, `3f45${literal(indexed, "a", "b")}`), ["a", "b"]);
  for (const long of [literal(indexed, "a", "v".repeat(101)), literal(indexed, "n".repeat(101), "")]) {
    decode(decoder, literal(indexed, "a", "b"));
    assert.equal(decode(decoder, long), undefined);
    assert.equal(decoder.failure?.kind, "tooLarge");
    assert.equal(decoder.tableSizeBytes, 0);
  }
});

test("a mistake behind the limit is still a compression error", () => {
  const decoder = new HpackDecoder({ fieldsMax: 1 });
  refused("828280", /index 0/, decoder);
});

test("a bomb of references to a large entry is counted, not built", () => {
  const decoder = new HpackDecoder();
  assert.notEqual(decode(decoder, literal(indexed, "a", "v".repeat(200))), undefined);
  const bomb = new Uint8Array(1 << 20).fill(0xbe);
  const before = process.memoryUsage().heapUsed;
  assert.equal(decoder.decode(bomb, 0, bomb.length), undefined);
  const grown = process.memoryUsage().heapUsed - before;
  assert.equal(decoder.failure?.kind, "tooLarge");
  assert.match(decoder.failure?.message ?? "", /1048576 fields, but 128/);
  assert.ok(grown < 4 << 20, `${grown} bytes`);
});

test("a block that repeats gives the same frozen list, while the table stays as it is", () => {
  const decoder = new HpackDecoder();
  decode(decoder, literal(indexed, "a", "b"));
  decode(decoder, "82be");
  const list = decode(decoder, "82be");
  assert.deepEqual(list, [":method", "GET", "a", "b"]);
  assert.equal(decode(decoder, "82be"), list);
  assert.ok(Object.isFrozen(list));
  decode(decoder, literal(indexed, "c", "d"));
  assert.deepEqual(decode(decoder, "82be"), [":method", "GET", "c", "d"]);
  assert.deepEqual(decode(decoder, "82bf"), [":method", "GET", "a", "b"]);
});

test("eviction by a size update also ends what was remembered", () => {
  const decoder = new HpackDecoder();
  decode(decoder, literal(indexed, "a", "b"));
  for (let i = 0; i < 3; i++) assert.deepEqual(decode(decoder, "be"), ["a", "b"]);
  decode(decoder, "20");
  refused("be", /index 62/, decoder);
});

test("blocks with an update, an insertion, or a field never to be indexed are decoded anew", () => {
  for (const block of ["3fe11f82", literal(indexed, "x".repeat(20), "y"), literal(never, "key", "secret")]) {
    const decoder = new HpackDecoder();
    const lists = [1, 2, 3, 4].map(() => decode(decoder, block));
    assert.equal(new Set(lists).size, 4);
    for (const list of lists) assert.deepEqual(list, lists[0]);
  }
});

test("a refused list is not remembered", () => {
  const decoder = new HpackDecoder({ fieldsMax: 1 });
  for (let i = 0; i < 3; i++) {
    assert.equal(decode(decoder, "8282"), undefined);
    assert.equal(decoder.failure?.kind, "tooLarge");
  }
});
