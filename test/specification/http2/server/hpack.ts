import { ErrorCode } from "../../../../src/base/transport.js";
import {
  ascii,
  block,
  bytesOf,
  END_HEADERS,
  END_STREAM,
  frame,
  hpackInteger,
  hpackString,
} from "../../../../src/http2/frames.testing.js";
import { answer, type Case, goaway } from "../case.testing.js";
import { get } from "./requests.testing.js";

const { COMPRESSION_ERROR } = ErrorCode;

/** A GET request whose block has these bytes behind its fields, or in front of them. */
function blockOn(streamId: number, behind: readonly number[], before: readonly number[] = []): Uint8Array {
  const bytes = bytesOf(Uint8Array.from(before), block(get), Uint8Array.from(behind));
  return frame(1, END_HEADERS | END_STREAM, streamId, bytes);
}

function taken(
  name: string,
  h2spec: string | undefined,
  behind: readonly number[],
  before: readonly number[] = [],
): Case {
  const ids = h2spec === undefined ? {} : { h2spec };
  return { name, ...ids, send: [blockOn(1, behind, before)], expect: answer(1) };
}

function refused(
  name: string,
  h2spec: string | undefined,
  behind: readonly number[],
  before: readonly number[] = [],
): Case {
  const ids = h2spec === undefined ? {} : { h2spec };
  return { name, ...ids, send: [blockOn(1, behind, before)], expect: goaway(COMPRESSION_ERROR) };
}

const userAgent = [...hpackString("user-agent")];
const xTest = [...hpackString("x-test")];
const h2spec = [...hpackString("h2spec")];
/** The same strings in Huffman code: 8, 6 and 6 letters in 7, 5 and 4 bytes (RFC 7541 appendix B). */
const userAgentHuffman = [0x87, 0xb5, 0x05, 0xb1, 0x61, 0xcc, 0x5a, 0x93];
const xTestHuffman = [0x85, 0xf2, 0xb2, 0x4a, 0x84, 0xff];
const h2specHuffman = [0x84, 0x9c, 0x48, 0xac, 0xa4];
const [withIndexing, withoutIndexing, neverIndexed] = [0x40, 0x00, 0x10];

const literals: readonly [what: string, first: number, ids: readonly [string, string, string, string]][] = [
  ["6.2.1 with incremental indexing", withIndexing, ["generic/5/3", "generic/5/2", "generic/5/4", "generic/5/5"]],
  ["6.2.2 without indexing", withoutIndexing, ["generic/5/6", "generic/5/7", "generic/5/8", "generic/5/9"]],
  ["6.2.3 never indexed", neverIndexed, ["generic/5/10", "generic/5/11", "generic/5/12", "generic/5/13"]],
];

/** RFC 7541: what a decoder of HPACK takes and what it refuses. */
export const hpackCases: readonly Case[] = [
  taken("7541-6.1 an indexed field of the static table", "generic/5/1", [0xba]),
  ...literals.flatMap(([what, first, [plain, coded, other, otherCoded]]) => [
    taken(`7541-${what}: user-agent`, plain, [first, ...userAgent, ...h2spec]),
    taken(`7541-${what}: user-agent in Huffman code`, coded, [first, ...userAgentHuffman, ...h2specHuffman]),
    taken(`7541-${what}: x-test`, other, [first, ...xTest, ...h2spec]),
    taken(`7541-${what}: x-test in Huffman code`, otherCoded, [first, ...xTestHuffman, ...h2specHuffman]),
    taken(`7541-${what}: a name out of the static table`, undefined, [...nameIndex(58, first), ...h2spec]),
  ]),
  taken("7541-6.3 a table size update in front", "generic/5/14", [], [...hpackInteger(128, 5, 0x20)]),
  taken(
    "7541-4.2 two table size updates in front",
    "generic/5/15",
    [],
    [...hpackInteger(128, 5, 0x20), ...hpackInteger(4_096, 5, 0x20)],
  ),
  taken("7541-2.3.3 the entry that this block made", undefined, [withIndexing, ...xTest, ...h2spec, 0xbe]),
  refused("7541-2.3.3 an index beyond both tables", "hpack/2.3.3/1", [0xc6]),
  refused("7541-2.3.3 a literal with a name beyond both tables", "hpack/2.3.3/2", [0x7f, 0x07, 0x00]),
  refused("7541-2.3.3 the first index of an empty dynamic table", undefined, [0xbe]),
  refused(
    "7541-2.3.3 an entry that a size of 0 has thrown out",
    undefined,
    [withIndexing, ...xTest, ...h2spec, 0xbe],
    [0x20],
  ),
  refused("7541-4.2 a table size update at the end", "hpack/4.2/1", [0x21]),
  refused("7541-5.1 an integer that does not end", undefined, [0xff, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01]),
  refused("7541-5.1 an integer cut short", undefined, [0xff, 0x80]),
  refused("7541-5.2 a string cut short", undefined, [withoutIndexing, 5, ...ascii("x")]),
  refused("7541-5.2 Huffman padding longer than 7 bits", "hpack/5.2/1", [
    0x00,
    ...xTestHuffman,
    0x84,
    0x49,
    0x50,
    0x9f,
    0xff,
  ]),
  refused("7541-5.2 Huffman padding of zeros", "hpack/5.2/2", [0x00, ...xTestHuffman, 0x83, 0x49, 0x50, 0x90]),
  refused("7541-5.2 EOS inside of a Huffman string", "hpack/5.2/3", [
    ...[0x00, ...xTestHuffman],
    ...[0x87, 0x49, 0x51, 0xff, 0xff, 0xff, 0xfa, 0x7f],
  ]),
  refused("7541-6.1 index 0", "hpack/6.1/1", [0x80]),
  refused(
    "7541-6.3 a table larger than SETTINGS_HEADER_TABLE_SIZE",
    "hpack/6.3/1",
    [],
    [...hpackInteger(4_097, 5, 0x20)],
  ),
];

/** The first bytes of a literal whose name is an index. */
function nameIndex(index: number, first: number): number[] {
  return [...hpackInteger(index, first === withIndexing ? 6 : 4, first)];
}
