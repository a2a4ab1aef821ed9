import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { HpackDecoder } from "./decoder.js";
import { HpackEncoder } from "./encoder.js";
import { HeaderBlockWriter } from "./header-block-writer.js";

const text = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString("latin1"));
const name = fc.oneof(
  fc.constantFrom(":path", ":status", "te", "content-type", "authorization", "grpc-timeout", "x-a", "x-b", "date"),
  text,
);
const value = fc.oneof(fc.constantFrom("", "1", "2", "200", "trailers", "x".repeat(300)), text);
const list = fc.array(fc.tuple(name, value), { maxLength: 12 }).map((pairs) => pairs.flat());
const sensitive = fc.option(fc.uniqueArray(fc.constantFrom("x-a", "x-b", "te"), { maxLength: 2 }), { nil: undefined });

const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ fresh: list, sensitive }) },
  { weight: 5, arbitrary: fc.record({ known: fc.nat(3), sensitive }) },
  { weight: 1, arbitrary: fc.record({ sizes: fc.array(fc.integer({ min: 0, max: 6000 }), { maxLength: 3 }) }) },
);

test("what is encoded is decoded, with the same tables, whatever the sizes do in between", () => {
  fc.assert(
    fc.property(
      fc.array(list, { minLength: 4, maxLength: 4 }),
      fc.array(step, { maxLength: 40 }),
      fc.constantFrom(0, 64, 200, 4096, 6000),
      (known, steps, tableSizeMax) => {
        const lists = known.map((one) => Object.freeze(one));
        const encoder = new HpackEncoder({ tableSizeMax });
        const decoder = new HpackDecoder({ tableSizeMax: 6000 });
        const out = new HeaderBlockWriter(1);
        for (const one of steps) {
          if ("sizes" in one) {
            for (const size of one.sizes) encoder.setPeerTableSize(size);
            continue;
          }
          const headers = "fresh" in one ? one.fresh : (lists[one.known] as readonly string[]);
          const start = out.length;
          encoder.encode(headers, one.sensitive === undefined ? undefined : new Set(one.sensitive), out);
          assert.deepEqual(decoder.decode(out.buffer, start, out.length), headers, decoder.failure?.message);
          assert.deepEqual(decoder.tableEntries(), encoder.tableEntries());
          assert.equal(decoder.tableSizeBytes, encoder.tableSizeBytes);
        }
      },
    ),
    { numRuns: 400 },
  );
});

test("any bytes give a list or a failure, and never throw", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 80 }), { maxLength: 10 }), (blocks) => {
      const decoder = new HpackDecoder({ tableSizeMax: 200, headerListBytesMax: 300, fieldsMax: 5 });
      for (const block of blocks) {
        const list = decoder.decode(block, 0, block.length);
        assert.equal(list === undefined, decoder.failure !== undefined);
        assert.ok((list?.length ?? 0) <= 10);
        assert.ok(decoder.tableSizeBytes <= 4096);
      }
    }),
    { numRuns: 2000 },
  );
});
