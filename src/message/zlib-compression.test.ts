import assert from "node:assert/strict";
import { test } from "node:test";
import zlib from "node:zlib";
import fc from "fast-check";
import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import type { Compression } from "./compression.js";
import { syncInputBytesMax, syncOutputBytesMax } from "./limits.js";
import { builtInCompressions } from "./zlib-compression.js";

// Rules of docs/specification.md: wire:compression-context, wire:message-too-large.

const limit = 4_194_304;
const compressions = builtInCompressions();
const gzip = compressions[0] as Compression;

function noise(length: number): Uint8Array {
  let state = 1;
  return Uint8Array.from({ length }, () => {
    state = (state * 48_271) % 0x7fff_ffff;
    return state >>> 8;
  });
}

async function refused(run: () => Uint8Array | Promise<Uint8Array>, code: Status, message: RegExp): Promise<void> {
  await assert.rejects(
    async () => run(),
    (error) => {
      assert.ok(error instanceof RpcError, String(error));
      assert.equal(error.code, code, error.message);
      assert.match(error.message, message);
      return true;
    },
  );
}

for (const compression of compressions) {
  const { name } = compression;

  test(`${name}: small messages round-trip at once`, () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), (bytes) => {
        const compressed = compression.compress(bytes);
        assert.ok(compressed instanceof Uint8Array);
        const message = compression.decompress(compressed, bytes.length);
        assert.ok(message instanceof Uint8Array);
        assert.deepEqual(message, bytes);
      }),
      { numRuns: 50 },
    );
  });

  test(`${name}: large messages round-trip in a thread`, async () => {
    const bytes = noise(syncInputBytesMax * 4);
    const compressed = compression.compress(bytes);
    assert.ok(compressed instanceof Promise);
    const message = compression.decompress(await compressed, limit);
    assert.ok(message instanceof Promise);
    assert.ok(Buffer.from(bytes).equals(await message));
  });

  test(`${name}: the limit is met exactly, small and large`, async () => {
    for (const length of [1, 1000, syncOutputBytesMax, syncOutputBytesMax + 1, limit]) {
      const compressed = await compression.compress(new Uint8Array(length));
      assert.equal((await compression.decompress(compressed, length)).length, length);
      await refused(
        () => compression.decompress(compressed, length - 1),
        Status.RESOURCE_EXHAUSTED,
        new RegExp(`limit of ${length - 1} bytes when it is decompressed`),
      );
    }
    const empty = await compression.compress(new Uint8Array(0));
    assert.equal((await compression.decompress(empty, 0)).length, 0);
  });

  test(`${name}: a bomb of zeros is stopped at the limit`, async () => {
    const bomb = await compression.compress(new Uint8Array(64 << 20));
    assert.ok(bomb.length < 100_000);
    const before = process.memoryUsage().arrayBuffers;
    await refused(() => compression.decompress(bomb, limit), Status.RESOURCE_EXHAUSTED, /limit of 4194304/);
    const grown = process.memoryUsage().arrayBuffers - before;
    assert.ok(grown < 3 * limit, `${grown} bytes`);
  });

  test(`${name}: cut at any byte it is refused`, async () => {
    const compressed = await compression.compress(noise(100));
    for (let end = 0; end < compressed.length; end++) {
      await refused(
        () => compression.decompress(compressed.subarray(0, end), limit),
        Status.INTERNAL,
        /cannot be decom/,
      );
    }
  });

  test(`${name}: bytes behind the end are refused`, async () => {
    const compressed = await compression.compress(noise(100));
    for (const garbage of ["\0\0\0", "x", "some bytes that are no gzip"]) {
      const bytes = Buffer.concat([compressed, Buffer.from(garbage)]);
      await refused(() => compression.decompress(bytes, limit), Status.INTERNAL, /compress/);
    }
  });

  test(`${name}: any bytes give a message or an RpcError`, async () => {
    const base = await compression.compress(Buffer.from("some text, some text, some more text"));
    await fc.assert(
      fc.asyncProperty(
        fc.nat(base.length - 1),
        fc.nat(255),
        fc.uint8Array({ maxLength: 40 }),
        async (at, byte, other) => {
          const broken = Uint8Array.from(base);
          broken[at] = byte;
          for (const bytes of [broken, other]) {
            try {
              assert.ok((await compression.decompress(bytes, 100)).length <= 100);
            } catch (error) {
              assert.ok(error instanceof RpcError, String(error));
            }
          }
        },
      ),
      { numRuns: 200 },
    );
  });
}

test("gzip: a wrong checksum is refused, at once and in a thread", async () => {
  for (const length of [100, syncInputBytesMax * 2]) {
    const compressed = Uint8Array.from(await gzip.compress(noise(length)));
    const at = compressed.length - 8;
    compressed[at] = (compressed[at] as number) ^ 1;
    await refused(() => gzip.decompress(compressed, limit), Status.INTERNAL, /incorrect data check/);
  }
});

test("gzip: several members are one message, and the limit holds for all of them", async () => {
  const members = Buffer.concat(["one ", "two ", "three"].map((text) => zlib.gzipSync(text)));
  assert.equal(Buffer.from(await gzip.decompress(members, 13)).toString(), "one two three");
  await refused(() => gzip.decompress(members, 12), Status.RESOURCE_EXHAUSTED, /limit of 12/);
});

test("deflate is the zlib format, not bare deflate", async () => {
  const deflate = compressions[1] as Compression;
  assert.equal(Buffer.from(await deflate.decompress(zlib.deflateSync("text"), 10)).toString(), "text");
  await refused(() => deflate.decompress(zlib.deflateRawSync("text"), 10), Status.INTERNAL, /incorrect header/);
});

/** What a small message may keep: a piece of Node's pool, of which it has 65 536 bytes and a little more from Node 24 on. */
const pooledBytesMax = Math.max(Buffer.poolSize, 65_536) + 64;

test("a small message keeps a small buffer", () => {
  const compressed = gzip.compress(new Uint8Array(10));
  assert.ok(compressed instanceof Uint8Array);
  assert.ok(compressed.buffer.byteLength <= pooledBytesMax);
  const message = gzip.decompress(compressed, limit);
  assert.ok(message instanceof Uint8Array);
  assert.ok(message.buffer.byteLength <= pooledBytesMax);
});
