import assert from "node:assert/strict";
import { test } from "node:test";
import type { HeaderList } from "../base/transport.js";
import { HpackDecoder } from "./decoder.js";
import { HpackEncoder } from "./encoder.js";
import { HeaderBlockWriter } from "./header-block-writer.js";

interface Example {
  readonly hex: string;
  readonly list: HeaderList;
  /** The dynamic table behind the block, newest entry first. */
  readonly table: HeaderList;
  readonly sizeBytes: number;
}

const get = [":method", "GET"];
const example = [":authority", "www.example.com"];
const noCache = ["cache-control", "no-cache"];
const custom = ["custom-key", "custom-value"];

const requests: readonly HeaderList[] = [
  [...get, ":scheme", "http", ":path", "/", ...example],
  [...get, ":scheme", "http", ":path", "/", ...example, ...noCache],
  [...get, ":scheme", "https", ":path", "/index.html", ...example, ...custom],
];
const requestTables: readonly HeaderList[] = [example, [...noCache, ...example], [...custom, ...noCache, ...example]];

const isPrivate = ["cache-control", "private"];
const date21 = ["date", "Mon, 21 Oct 2013 20:13:21 GMT"];
const date22 = ["date", "Mon, 21 Oct 2013 20:13:22 GMT"];
const location = ["location", "https://www.example.com"];
const gzip = ["content-encoding", "gzip"];
const cookie = ["set-cookie", "foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1"];

const responses: readonly HeaderList[] = [
  [":status", "302", ...isPrivate, ...date21, ...location],
  [":status", "307", ...isPrivate, ...date21, ...location],
  [":status", "200", ...isPrivate, ...date22, ...location, ...gzip, ...cookie],
];
const responseTables: readonly HeaderList[] = [
  [...location, ...date21, ...isPrivate, ":status", "302"],
  [":status", "307", ...location, ...date21, ...isPrivate],
  [...cookie, ...gzip, ...date22],
];

function series(
  hexes: readonly string[],
  lists: readonly HeaderList[],
  tables: readonly HeaderList[],
  sizes: number[],
): Example[] {
  return hexes.map((hex, i) => ({
    hex,
    list: lists[i] as HeaderList,
    table: tables[i] as HeaderList,
    sizeBytes: sizes[i] as number,
  }));
}

const requestSizes = [57, 110, 164];
const plainRequests = series(
  [
    "828684410f7777772e6578616d706c652e636f6d",
    "828684be58086e6f2d6361636865",
    "828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565",
  ],
  requests,
  requestTables,
  requestSizes,
);
const huffmanRequests = series(
  [
    "828684418cf1e3c2e5f23a6ba0ab90f4ff",
    "828684be5886a8eb10649cbf",
    "828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf",
  ],
  requests,
  requestTables,
  requestSizes,
);

const responseSizes = [222, 222, 215];
const plainResponses = series(
  [
    "4803333032580770726976617465611d4d6f6e2c203231204f637420323031332032303a31333a323120474d54" +
      "6e1768747470733a2f2f7777772e6578616d706c652e636f6d",
    "4803333037c1c0bf",
    "88c1611d4d6f6e2c203231204f637420323031332032303a31333a323220474d54c05a04677a6970" +
      "7738666f6f3d4153444a4b48514b425a584f5157454f50495541585157454f49553b206d61782d6167653d333630303b2076657273696f6e3d31",
  ],
  responses,
  responseTables,
  responseSizes,
);
const huffmanResponses = series(
  [
    "488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff6e919d29ad171863c78f0b97c8e9ae82ae43d3",
    "4883640effc1c0bf",
    "88c16196d07abe941054d444a8200595040b8166e084a62d1bffc05a839bd9ab" +
      "77ad94e7821dd7f2e6c7b335dfdfcd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007",
  ],
  responses,
  responseTables,
  responseSizes,
);

/** A decoder whose table has a size of 256 bytes, as a peer's first block would set it. */
function decoderOf(tableSize: number): HpackDecoder {
  const decoder = new HpackDecoder();
  if (tableSize !== 4096) assert.deepEqual(decoder.decode(Uint8Array.of(0x3f, 0xe1, 0x01), 0, 3), []);
  return decoder;
}

function check(decoder: HpackDecoder, one: Example): void {
  const bytes = Buffer.from(`ff${one.hex}ff`, "hex");
  assert.deepEqual(decoder.decode(bytes, 1, bytes.length - 1), one.list, decoder.failure?.message);
  assert.deepEqual(decoder.tableEntries(), one.table);
  assert.equal(decoder.tableSizeBytes, one.sizeBytes);
}

test("C.2: each way to represent a field", () => {
  for (const one of [
    {
      hex: "400a637573746f6d2d6b65790d637573746f6d2d686561646572",
      list: ["custom-key", "custom-header"],
      table: ["custom-key", "custom-header"],
      sizeBytes: 55,
    },
    { hex: "040c2f73616d706c652f70617468", list: [":path", "/sample/path"], table: [], sizeBytes: 0 },
    { hex: "100870617373776f726406736563726574", list: ["password", "secret"], table: [], sizeBytes: 0 },
    { hex: "82", list: [":method", "GET"], table: [], sizeBytes: 0 },
  ]) {
    check(decoderOf(4096), one);
  }
});

for (const [name, tableSize, examples] of [
  ["C.3: requests, plain", 4096, plainRequests],
  ["C.4: requests, Huffman", 4096, huffmanRequests],
  ["C.5: responses, plain, with evictions", 256, plainResponses],
  ["C.6: responses, Huffman, with evictions", 256, huffmanResponses],
] as const) {
  test(name, () => {
    const decoder = decoderOf(tableSize);
    for (const one of examples) check(decoder, one);
  });

  test(`${name}: cut at every byte, it is refused or a front of the list`, () => {
    examples.forEach((one, place) => {
      const bytes = Buffer.from(one.hex, "hex");
      for (let end = 0; end < bytes.length; end++) {
        const decoder = decoderOf(tableSize);
        for (const earlier of examples.slice(0, place)) check(decoder, earlier);
        const list = decoder.decode(bytes, 0, end);
        if (list === undefined) assert.equal(decoder.failure?.kind, "compression");
        else assert.deepEqual(list, one.list.slice(0, list.length));
        assert.ok(list === undefined || list.length < one.list.length);
      }
    });
  });
}

test("C.4: the encoder writes the same bytes", () => {
  const encoder = new HpackEncoder();
  for (const one of huffmanRequests) {
    const out = new HeaderBlockWriter();
    encoder.encode(one.list, undefined, out);
    assert.equal(Buffer.from(out.buffer.subarray(0, out.length)).toString("hex"), one.hex);
    assert.deepEqual(encoder.tableEntries(), one.table);
    assert.equal(encoder.tableSizeBytes, one.sizeBytes);
  }
});

test("C.6: the encoder writes the same bytes, but plain text where Huffman is no shorter", () => {
  const encoder = new HpackEncoder({ tableSizeMax: 256 });
  const out = new HeaderBlockWriter();
  encoder.encode([], undefined, out);
  assert.equal(Buffer.from(out.buffer.subarray(0, out.length)).toString("hex"), "3fe101");
  // Of the second block C.5 has the bytes: "307" takes three either way. The third has a cookie, kept out of the table.
  for (const one of [huffmanResponses[0] as Example, plainResponses[1] as Example]) {
    out.clear();
    encoder.encode(one.list, undefined, out);
    assert.equal(Buffer.from(out.buffer.subarray(0, out.length)).toString("hex"), one.hex);
    assert.deepEqual(encoder.tableEntries(), one.table);
  }
});
