import assert from "node:assert/strict";
import { connect, createServer, type IncomingHttpHeaders, type ServerHttp2Stream, sensitiveHeaders } from "node:http2";
import { Duplex } from "node:stream";
import { test } from "node:test";
import fc from "fast-check";
import type { HeaderList } from "../../src/base/transport.js";
import { HpackDecoder } from "../../src/hpack/decoder.js";
import { HpackEncoder } from "../../src/hpack/encoder.js";
import { HeaderBlockWriter } from "../../src/hpack/header-block-writer.js";

/** Node's HTTP/2 stands on nghttp2: an HPACK that is not ours, reached through frames in memory. */

const preface = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
const headersFrame = 1;
const settingsFrame = 4;
const endStreamAndHeaders = 0x5;

function frame(type: number, flags: number, stream: number, payload: Uint8Array): Buffer {
  const header = Buffer.alloc(9);
  header.writeUIntBE(payload.length, 0, 3);
  header[3] = type;
  header[4] = flags;
  header.writeUInt32BE(stream, 5);
  return Buffer.concat([header, payload]);
}

type OnBytes = (bytes: Buffer) => void;

/** A stream whose other end is a function: it gets what Node writes. */
function endpoint(onBytes: OnBytes): Duplex {
  return new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, done) {
      onBytes(chunk);
      done();
    },
  });
}

const name = fc.stringMatching(/^x-[a-z0-9]{1,12}$/);
const value = fc.stringMatching(/^([!-~]([ -~]{0,60}[!-~])?)?$/);
const fields = fc.uniqueArray(fc.tuple(name, value), { maxLength: 8, selector: ([key]) => key });

function sampleLists(count: number): HeaderList[] {
  const samples = fc.sample(fields, { numRuns: count / 2, seed: 7541 });
  const lists = samples.map((pairs, i) =>
    [":method", "POST", ":scheme", "http", ":path", `/a.B/C${i % 5}`, ":authority", "localhost", pairs].flat(2),
  );
  return lists.flatMap((list, i) => [list, lists[i >> 1] as HeaderList]);
}

function toObject(list: HeaderList): Record<string, string> {
  const result: Record<string, string> = {};
  for (let i = 0; i < list.length; i += 2) result[list[i] as string] = list[i + 1] as string;
  return result;
}

/** Takes whole frames out of bytes that come in any pieces, and gives the header blocks among them. */
function blockReader(onBlock: OnBytes): OnBytes {
  let waiting = Buffer.alloc(0);
  let prefaceLeft = preface.length;
  return (bytes) => {
    waiting = Buffer.concat([waiting, bytes]);
    const skipped = Math.min(prefaceLeft, waiting.length);
    prefaceLeft -= skipped;
    waiting = waiting.subarray(skipped);
    while (waiting.length >= 9 && waiting.length >= 9 + waiting.readUIntBE(0, 3)) {
      const end = 9 + waiting.readUIntBE(0, 3);
      const flags = waiting[4] as number;
      // With the PRIORITY flag five bytes stand before the block.
      if (waiting[3] === headersFrame) onBlock(waiting.subarray((flags & 0x20) === 0 ? 9 : 14, end));
      waiting = waiting.subarray(end);
    }
  };
}

/** In some lists one field is marked sensitive: nghttp2 tells which came as literals never to be indexed. */
function secretOf(list: HeaderList, place: number): string[] {
  const secret = list[8];
  return place % 7 === 0 && secret !== undefined ? [secret] : [];
}

test("nghttp2 decodes what we encode, also when table sizes change", { timeout: 20_000 }, async () => {
  const server = createServer({ settings: { headerTableSize: 1000 } });
  const socket = endpoint(() => {});
  const received: IncomingHttpHeaders[] = [];
  const all = sampleLists(60);
  const done = new Promise<void>((resolve, reject) => {
    server.on("sessionError", reject);
    server.on("stream", (stream: ServerHttp2Stream, headers) => {
      received.push(headers);
      stream.on("error", () => {});
      stream.close();
      if (received.length === all.length) resolve();
    });
  });
  server.emit("connection", socket);
  socket.push(
    Buffer.concat([
      preface,
      frame(settingsFrame, 0, 0, new Uint8Array(0)),
      frame(settingsFrame, 1, 0, new Uint8Array(0)),
    ]),
  );
  const encoder = new HpackEncoder();
  const sizes = [1000, 0, 1000, 100, 1000];
  all.forEach((list, i) => {
    if (i % 12 === 0) for (const size of sizes.slice(0, 1 + i / 12)) encoder.setPeerTableSize(size);
    const out = new HeaderBlockWriter();
    encoder.encode(list, new Set(secretOf(list, i)), out);
    socket.push(frame(headersFrame, endStreamAndHeaders, 1 + 2 * i, out.buffer.subarray(0, out.length)));
  });
  await done;
  received.forEach((headers, i) => {
    const list = all[i] as HeaderList;
    assert.deepEqual(Object.fromEntries(Object.entries(headers)), toObject(list));
    assert.deepEqual(Reflect.get(headers, sensitiveHeaders), secretOf(list, i));
  });
  socket.destroy();
});

test("we decode what nghttp2 encodes", { timeout: 20_000 }, async () => {
  const decoder = new HpackDecoder();
  const all = sampleLists(60);
  let closed = (): void => {};
  const decoded: (HeaderList | undefined)[] = [];
  const done = new Promise<void>((resolve) => {
    const onBytes = blockReader((block) => {
      decoded.push(decoder.decode(block, 0, block.length));
      if (decoded.length === all.length) resolve();
    });
    const socket = endpoint(onBytes);
    const client = connect("http://localhost", { createConnection: () => socket });
    client.on("error", () => {});
    socket.push(frame(settingsFrame, 0, 0, new Uint8Array(0)));
    for (const list of all) client.request(toObject(list), { endStream: true }).on("error", () => {});
    closed = () => client.destroy();
  });
  await done;
  closed();
  decoded.forEach((list, i) => {
    assert.ok(list !== undefined, decoder.failure?.message);
    assert.deepEqual(toObject(list), toObject(all[i] as HeaderList));
  });
});
