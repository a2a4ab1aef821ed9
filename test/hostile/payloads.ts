import { ascii, bytesOf } from "../../src/http2/frames.testing.js";
import type { Bounds } from "./attack.js";
import { mebibyte } from "./attack.js";
import type { VectorName } from "./vectors-table.js";

/** Bytes that are, or claim to be, a `Nested` of `test/protos/hostile.proto`. */
export interface Payload {
  readonly name: string;
  readonly vector: VectorName;
  readonly guard: string;
  readonly bytes: Uint8Array;
  /** Whether it is malformed, or deeper than allowed; else it is only much, and has to be taken. */
  readonly fails: boolean;
  readonly bounds?: Partial<Bounds>;
  readonly quick?: boolean;
}

export function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push(0x80 | (rest % 128));
  return Uint8Array.of(...bytes, rest);
}

/** A field with a length. */
export function field(number: number, content: Uint8Array): Uint8Array {
  return bytesOf(varint(number * 8 + 2), varint(content.length), content);
}

function nest(levels: number, inner: Uint8Array, wrap: (inner: Uint8Array) => Uint8Array): Uint8Array {
  let bytes = inner;
  for (let i = 0; i < levels; i++) bytes = wrap(bytes);
  return bytes;
}

function repeat(count: number, bytes: Uint8Array): Uint8Array {
  const all = new Uint8Array(count * bytes.length);
  for (let i = 0; i < count; i++) all.set(bytes, i * bytes.length);
  return all;
}

const none = new Uint8Array(0);
const structOf = (value: Uint8Array): Uint8Array => field(1, bytesOf(field(1, ascii("a")), field(2, value)));
const anyOf = (name: string, value: Uint8Array): Uint8Array => bytesOf(field(1, ascii(`x/${name}`)), field(2, value));
const label = (key: string, value: string): Uint8Array =>
  field(2, bytesOf(field(1, ascii(key)), field(2, ascii(value))));
/** A Value with a string. */
const text = (value: string): Uint8Array => field(3, ascii(value));
const polluting = bytesOf(field(1, ascii("__proto__")), field(2, field(5, structOf(text("polluted")))));

const oneDepth = "one depth of 100 for all nesting";
const jsonDepth = "the stack of the handler that asks for JSON: its own error, of one call";

const nesting: readonly Payload[] = [
  {
    name: "messages nested 2 000 deep",
    vector: "nesting",
    guard: oneDepth,
    bytes: nest(2_000, none, (inner) => field(1, inner)),
    fails: true,
  },
  {
    name: "unknown groups nested 100 000 deep",
    vector: "nesting",
    guard: oneDepth,
    bytes: repeat(100_000, varint(100 * 8 + 3)),
    fails: true,
  },
  {
    name: "Struct nested 1 000 deep",
    vector: "nesting",
    guard: oneDepth,
    bytes: field(
      3,
      nest(1_000, structOf(text("x")), (inner) => structOf(field(5, inner))),
    ),
    fails: true,
  },
  {
    name: "ListValue nested 1 000 deep",
    vector: "nesting",
    guard: oneDepth,
    bytes: field(3, structOf(nest(1_000, text("x"), (inner) => field(6, field(1, inner))))),
    fails: true,
  },
  {
    name: "JSON nested 100 000 deep in a string",
    vector: "nesting",
    guard: jsonDepth,
    bytes: field(6, ascii(`{"child":`.repeat(100_000))),
    fails: true,
  },
];

const values: readonly Payload[] = [
  {
    name: "__proto__ as the key of a map",
    vector: "prototype",
    guard: "own properties, defined and not assigned",
    bytes: bytesOf(label("__proto__", "polluted"), label("constructor", "x"), label("toString", "y")),
    fails: false,
    quick: true,
  },
  {
    name: "__proto__ as a key of a Struct",
    vector: "prototype",
    guard: "own properties, defined and not assigned",
    bytes: field(3, field(1, polluting)),
    fails: false,
  },
  {
    name: "__proto__ as a key of JSON",
    vector: "prototype",
    guard: "own properties, defined and not assigned",
    bytes: field(6, ascii(`{"labels":{"__proto__":"polluted"},"struct":{"__proto__":{"polluted":true}}}`)),
    fails: false,
  },
  {
    name: "overlong UTF-8",
    vector: "wire-values",
    guard: "strings are decoded fatally",
    bytes: field(6, Uint8Array.of(0xc0, 0x80)),
    fails: true,
  },
  {
    name: "surrogates in UTF-8",
    vector: "wire-values",
    guard: "strings are decoded fatally",
    bytes: field(6, Uint8Array.of(0xed, 0xa0, 0x80)),
    fails: true,
  },
  {
    name: "a packed field of 2 GiB in three bytes",
    vector: "wire-values",
    guard: "a length is compared with what is left",
    bytes: bytesOf(varint(5 * 8 + 2), varint(0x7fff_ffff), 1, 2, 3),
    fails: true,
  },
  {
    name: "field 0",
    vector: "wire-values",
    guard: "tags are checked",
    bytes: Uint8Array.of(0, 1),
    fails: true,
  },
  {
    name: "a varint of eleven bytes",
    vector: "wire-values",
    guard: "varints of at most 10 bytes",
    bytes: bytesOf(5 * 8, new Uint8Array(10).fill(0x80), 1),
    fails: true,
  },
];

/** These are right, and much: memory in proportion to what came is what Protobuf costs; the factor is what is watched. */
const expansions: readonly Payload[] = [
  {
    name: "a million packed zeroes",
    vector: "expansion",
    guard: "receiveMessageBytesMax",
    bytes: field(5, new Uint8Array(1_000_000)),
    fails: false,
    bounds: { rssPeakBytes: 160 * mebibyte, loopDelayMs: 1_500 },
  },
  {
    name: "a hundred thousand empty messages",
    vector: "expansion",
    guard: "maxDecodedBytes",
    bytes: repeat(100_000, Uint8Array.of(7 * 8 + 2, 0)),
    fails: true,
    bounds: { rssPeakBytes: 160 * mebibyte, loopDelayMs: 1_500 },
  },
  {
    name: "characters that JSON writes six times as long",
    vector: "expansion",
    guard: "receiveMessageBytesMax",
    bytes: field(6, repeat(1_000_000, Uint8Array.of(1))),
    fails: false,
    bounds: { rssPeakBytes: 128 * mebibyte, loopDelayMs: 1_000 },
  },
  {
    name: "Any in Any in Any, 50 deep",
    vector: "expansion",
    guard: "JSON of Any is as deep as what came",
    bytes: field(
      4,
      nest(50, anyOf("peregrine.hostile.Nested", none), (inner) => anyOf("peregrine.hostile.Nested", field(4, inner))),
    ),
    fails: false,
  },
  {
    name: "Any in Any in Any, 5 000 deep",
    vector: "nesting",
    guard: jsonDepth,
    bytes: field(
      4,
      nest(5_000, anyOf("peregrine.hostile.Nested", none), (inner) =>
        anyOf("peregrine.hostile.Nested", field(4, inner)),
      ),
    ),
    fails: true,
  },
];

export const payloads: readonly Payload[] = [...nesting, ...values, ...expansions];
