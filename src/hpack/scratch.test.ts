import assert from "node:assert/strict";
import { test } from "node:test";
import { HpackDecoder } from "./decoder.js";
import { HpackEncoder } from "./encoder.js";
import { HeaderBlockWriter } from "./header-block-writer.js";
import { HpackScratch } from "./scratch.js";

test("decoders that share one, in turns, read what each of their peers wrote", () => {
  const scratch = new HpackScratch();
  const pairs = Array.from({ length: 20 }, () => ({
    encoder: new HpackEncoder(),
    decoder: new HpackDecoder({}, scratch),
  }));
  for (let round = 0; round < 50; round++) {
    for (const [index, { encoder, decoder }] of pairs.entries()) {
      const list = Object.freeze([
        ":path",
        `/${index}`,
        "x-round",
        String(round % (index + 1)),
        "x-same",
        "y".repeat(40),
      ]);
      const block = new HeaderBlockWriter();
      encoder.encode(list, undefined, block);
      assert.deepEqual(decoder.decode(block.buffer, 0, block.length), list);
      assert.equal(decoder.tableSizeBytes, encoder.tableSizeBytes);
    }
  }
  assert.deepEqual([scratch.emptyTable.version, scratch.emptyTable.count], [0, 0]);
});

test("keeps neither bytes nor lists behind a block, also a broken one", () => {
  const scratch = new HpackScratch();
  for (const hex of ["82", "80", "40016101", "ff"]) {
    const decoder = new HpackDecoder({}, scratch);
    const block = Buffer.from(hex, "hex");
    decoder.decode(block, 0, block.length);
    assert.deepEqual([scratch.bytes.length, scratch.list.length, scratch.strings.text], [0, 0, undefined]);
  }
});

test("a decoder that failed does not fail the others", () => {
  const scratch = new HpackScratch();
  const [bad, good] = [new HpackDecoder({}, scratch), new HpackDecoder({}, scratch)];
  assert.equal(bad.decode(Uint8Array.of(0x80), 0, 1), undefined);
  assert.deepEqual(good.decode(Uint8Array.of(0x82), 0, 1), [":method", "GET"]);
  assert.equal(bad.failure?.kind, "compression");
  assert.equal(good.failure, undefined);
});
