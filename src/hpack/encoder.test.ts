import assert from "node:assert/strict";
import { test } from "node:test";
import type { HeaderList } from "../base/transport.js";
import { HpackDecoder } from "./decoder.js";
import { HpackEncoder } from "./encoder.js";
import { HeaderBlockWriter } from "./header-block-writer.js";

function encode(encoder: HpackEncoder, list: HeaderList, sensitive?: ReadonlySet<string>): Buffer {
  const out = new HeaderBlockWriter(1);
  encoder.encode(list, sensitive, out);
  return Buffer.from(out.buffer.subarray(0, out.length));
}

const request = [
  [":method", "POST"],
  [":scheme", "http"],
  [":path", "/hello.HelloService/SayHello"],
  [":authority", "localhost:50051"],
  ["te", "trailers"],
  ["content-type", "application/grpc+proto"],
  ["user-agent", "peregrine/0.1.0"],
  ["grpc-accept-encoding", "identity,gzip,deflate"],
].flat();

test("a request that comes again is one byte a field", () => {
  const encoder = new HpackEncoder();
  assert.ok(encode(encoder, request).length > 60);
  assert.equal(encode(encoder, request).length, 8);
});

test("secrets are literals never to be indexed, and stay out of the table", () => {
  const encoder = new HpackEncoder();
  const names = ["authorization", "proxy-authorization", "cookie", "set-cookie"];
  for (const name of names) {
    const first = encode(encoder, [name, "secret"])[0] as number;
    assert.equal(first & 0xf0, 0x10, name);
    assert.notEqual(first, 0x10, "the name has an index");
  }
  assert.equal(encode(encoder, ["x-key", "secret"], new Set(["x-key"]))[0], 0x10);
  assert.deepEqual(encoder.tableEntries(), []);
  encode(encoder, ["x-key", "open"]);
  assert.equal((encode(encoder, ["x-key", "open"], new Set(["x-key"]))[0] as number) & 0xf0, 0x10);
  assert.equal((encode(encoder, ["x-key", ""], new Set(["x-key"]))[0] as number) & 0xf0, 0x10);
  assert.deepEqual(encoder.tableEntries(), ["x-key", "open"]);
});

test("a kept encoding is not used for a list that has become sensitive", () => {
  const encoder = new HpackEncoder();
  const list = Object.freeze(["x-key", "value"]);
  for (let i = 0; i < 3; i++) encode(encoder, list);
  assert.equal(encode(encoder, list).toString("hex"), "be");
  assert.equal((encode(encoder, list, new Set(["x-key"]))[0] as number) & 0xf0, 0x10);
  assert.equal(encode(encoder, list, new Set()).toString("hex"), "be");
});

test("a value that changes on every call gets one entry, for its name", () => {
  const encoder = new HpackEncoder();
  for (let i = 0; i < 50; i++)
    encode(encoder, ["grpc-timeout", `${i}m`, "x-request-id", `${i}`, "content-length", `${i}`]);
  assert.deepEqual(encoder.tableEntries(), ["x-request-id", "0", "grpc-timeout", "0m"]);
  const bytes = encode(encoder, ["grpc-timeout", "7m"]);
  assert.equal(bytes[0], 0x0f, "a literal without indexing, with an index for its name");
  assert.equal(bytes.length, 5);
  encode(encoder, ["grpc-message", "m".repeat(65)]);
  assert.equal(encoder.tableEntries().length, 4, "not for a long value");
});

test("another value of an unknown name gets an entry when it comes twice in a row", () => {
  const encoder = new HpackEncoder();
  for (const value of ["a", "b", "c", "b", "d", "d"]) encode(encoder, ["x", value]);
  assert.deepEqual(encoder.tableEntries(), ["x", "d", "x", "a"]);
});

test("more methods than the table holds do not thrash it", () => {
  const encoder = new HpackEncoder();
  const decoder = new HpackDecoder();
  const paths = Array.from({ length: 200 }, (_, i) => `/package.Service/Method${i}`);
  let hits = 0;
  for (let i = 0; i < 2000; i++) {
    const bytes = encode(encoder, [":path", paths[i % 200] as string]);
    if (bytes.length <= 2) hits++;
    assert.deepEqual(decoder.decode(bytes, 0, bytes.length), [":path", paths[i % 200]]);
  }
  assert.ok(encoder.tableSizeBytes <= 4096);
  assert.ok(hits > 150, `${hits} hits`);
});

test("tells the peer of a table size once: the last, and the smallest if it was smaller", () => {
  const hex = (...sizes: number[]): string => {
    const encoder = new HpackEncoder({ tableSizeMax: 8192 });
    for (const size of sizes) encoder.setPeerTableSize(size);
    const first = encode(encoder, []).toString("hex");
    assert.equal(encode(encoder, []).length, 0);
    return first;
  };
  assert.equal(hex(), "");
  assert.equal(hex(4096), "");
  assert.equal(hex(0), "20");
  assert.equal(hex(0, 4096), "203fe11f");
  assert.equal(hex(100, 0, 100), "203f45");
  assert.equal(hex(8192), "3fe13f");
  assert.equal(hex(0xffffffff), "3fe13f");
  assert.equal(hex(8192, 4096), "");
  assert.equal(hex(8192, 100, 8192), "3f453fe13f");
});

test("uses no more than it is willing to, and says so in the first block", () => {
  const encoder = new HpackEncoder({ tableSizeMax: 100 });
  assert.equal(encode(encoder, ["a", "b"]).subarray(0, 2).toString("hex"), "3f45");
  encoder.setPeerTableSize(65_536);
  assert.equal(encode(encoder, ["a", "b"]).toString("hex"), "be");
  for (let i = 0; i < 10; i++) encode(encoder, [`name ${i}`, ""]);
  assert.ok(encoder.tableSizeBytes <= 100);
});

test("an update comes before a kept encoding, and entries that it evicts are written anew", () => {
  const encoder = new HpackEncoder();
  const decoder = new HpackDecoder();
  const list = Object.freeze(request.slice());
  for (const sizes of [[], [], [], [0, 4096], [], [100], [100], [4096], [], []]) {
    for (const size of sizes) encoder.setPeerTableSize(size);
    const bytes = encode(encoder, list);
    assert.deepEqual(decoder.decode(bytes, 0, bytes.length), list);
    assert.deepEqual(encoder.tableEntries(), decoder.tableEntries());
  }
});

test("without a table every block stands alone", () => {
  const encoder = new HpackEncoder({ tableSizeMax: 0 });
  encode(encoder, []);
  const first = encode(encoder, request);
  assert.deepEqual(encode(encoder, request), first);
  assert.deepEqual(new HpackDecoder().decode(first, 0, first.length), request);
});

test("characters over 0xff lose their upper bits, and the block stays whole", () => {
  const block = encode(new HpackEncoder(), ["a", "\u0141\u0141\u0141\u0100\u01ff", "b", "2"]);
  assert.deepEqual(new HpackDecoder().decode(block, 0, block.length), ["a", "AAA\u0000\u00ff", "b", "2"]);
});

test("appends to what the writer holds", () => {
  const encoder = new HpackEncoder();
  const list = Object.freeze([":method", "GET"]);
  const out = new HeaderBlockWriter(1);
  for (let i = 0; i < 4; i++) encoder.encode(list, undefined, out);
  assert.deepEqual([...out.buffer.subarray(0, out.length)], [0x82, 0x82, 0x82, 0x82]);
});
