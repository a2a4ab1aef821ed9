import assert from "node:assert/strict";
import { create, type DescMessage, fromBinary, type Message, toBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import { ByteRange } from "../base/byte-range.js";
import { withCodeAhead } from "./ahead.testing.js";
import type { MessageCodec } from "./codec.js";
import { CodecEngine, compiledCodecs } from "./compiled-codec.js";
import { otherCopy } from "./other-copy.testing.js";
import { randomMessage } from "./random-message.testing.js";
import { randomLargeSchema, randomSchema } from "./random-schema.testing.js";

/** The three ways in which code for a schema comes to be. */
export const deliveries = ["compiled", "ahead", "interpreted"] as const;
export type Delivery = (typeof deliveries)[number];

/** What fast-check is told: the seed, and how many runs. */
export interface CheckRuns {
  readonly seed?: number;
  readonly numRuns: number;
}

/** A property of the codec against protobuf-es. */
export interface CodecCheck {
  readonly name: string;
  /** How many runs the unit tests make. */
  readonly numRuns: number;
  /** @throws when the property does not hold, with a counterexample */
  check(runs: CheckRuns): void;
}

/** What protobuf-es reads, or undefined where it refuses. */
function reference(schema: DescMessage, bytes: Uint8Array): Message | undefined {
  try {
    return fromBinary(schema, bytes);
  } catch {
    return undefined;
  }
}

type Decoded = { readonly message: Message } | { readonly error: string };

function attempt(decode: () => unknown): Decoded {
  try {
    return { message: decode() as Message };
  } catch (error) {
    assert.ok(error instanceof Error);
    return { error: error.message };
  }
}

/** Decodes bytes that are all that there is, and the same between others, which must make no difference. */
function decode(engine: CodecEngine, schema: DescMessage, bytes: Uint8Array): Decoded {
  const plan = engine.plan(schema);
  const alone = attempt(() => engine.decode(plan, bytes));
  // What would go on well behind a cut: the same fields once more.
  const chunk = Buffer.concat([Uint8Array.of(8, 200, 255), bytes, bytes, new Uint8Array(20)]);
  const range = new ByteRange(chunk, 3, 3 + bytes.length);
  assert.deepEqual(
    attempt(() => engine.decodeRange(plan, range)),
    alone,
  );
  return alone;
}

/** What protobuf-es does that is not followed: it skips varints of any length. */
const stricter = /a varint of more than 10 bytes in an unknown field/;

/** protobuf-es loses a closed enum's unknown values where other unknown fields follow; both are kept here. */
function withoutUnknown(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUnknown);
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  const copy = Object.create(Object.getPrototypeOf(value)) as Record<string, unknown>;
  for (const key of Object.keys(value)) {
    const entry = withoutUnknown((value as Record<string, unknown>)[key]);
    if (key !== "$unknown") Object.defineProperty(copy, key, { value: entry, enumerable: true });
  }
  return copy;
}

function agree(engine: CodecEngine, schema: DescMessage, bytes: Uint8Array, label: string): void {
  const expected = reference(schema, bytes);
  const actual = decode(engine, schema, bytes);
  if ("error" in actual) {
    assert.match(actual.error, /^cannot decode message .* at offset \d+$/);
    if (!stricter.test(actual.error)) assert.equal(expected, undefined, `${label}: only we refuse: ${actual.error}`);
    return;
  }
  assert.ok(expected !== undefined, `${label}: only protobuf-es refuses`);
  assert.deepEqual(withoutUnknown(actual.message), withoutUnknown(expected), label);
}

/** Positions spread over the bytes, so that long inputs do not take long. */
function* positions(length: number, count: number): Generator<number> {
  const step = Math.max(1, Math.floor(length / count));
  for (let i = 0; i < length; i += step) yield i;
}

type Init = Record<string, unknown>;

/** The messages that another copy of protobuf-es makes of the same, in all the ways in which it makes them. */
function messagesOfOtherCopy(schema: DescMessage, init: Init): Message[] {
  const created = otherCopy.create(schema, init);
  const bytes = otherCopy.toBinary(schema, created);
  return [created, otherCopy.clone(schema, created), otherCopy.fromBinary(schema, bytes)];
}

/** A plain object of which nothing is an own property, as of a class with getters. */
function inheriting(init: Init): Init {
  return Object.create(init) as Init;
}

/** Some of the fields: messages of large types are written in another way when they have few. */
function thin(init: Init): Init {
  return Object.fromEntries(Object.entries(init).filter((_, i) => i % 7 === 3));
}

function checkBytes(codec: MessageCodec, schema: DescMessage, init: Init): void {
  const expected = toBinary(schema, create(schema, init));
  assert.deepEqual(codec.encode(init, 0), expected);
  assert.deepEqual(codec.encode(create(schema, init), 0), expected);
  assert.deepEqual(codec.encode(inheriting(init), 0), toBinary(schema, create(schema, inheriting(init))));
  for (const message of messagesOfOtherCopy(schema, init)) assert.deepEqual(codec.encode(message, 0), expected);
  assert.deepEqual(codec.decode(expected), fromBinary(schema, expected));
  assert.deepEqual(codec.encode(codec.decode(expected), 0), expected);
}

function checkChanged(engine: CodecEngine, schema: DescMessage, init: Init, bit: number, places: number): void {
  const bytes = toBinary(schema, create(schema, init));
  for (const i of positions(bytes.length, places)) {
    agree(engine, schema, bytes.subarray(0, i), `cut at ${i}`);
    const flipped = bytes.slice();
    flipped[i] = (flipped[i] as number) ^ (1 << bit);
    agree(engine, schema, flipped, `bit ${bit} of byte ${i}`);
  }
}

/** Random schemas and messages: our codec and protobuf-es must agree. */
export function codecChecks(delivery: Delivery): readonly CodecCheck[] {
  const schemas = delivery === "ahead" ? randomSchema.map(withCodeAhead) : randomSchema;
  const schemaAndInit = schemas.chain((schema) => fc.tuple(fc.constant(schema), randomMessage(schema, 2)));
  const large = delivery === "ahead" ? randomLargeSchema.map(withCodeAhead) : randomLargeSchema;
  const largeAndInit = large.chain((schema) => fc.tuple(fc.constant(schema), randomMessage(schema, 1)));
  const sameBytes = fc.property(schemaAndInit, ([schema, init]) => {
    checkBytes(compiledCodecs({ delivery })(schema), schema, init);
  });
  const sameBytesOfLarge = fc.property(largeAndInit, ([schema, init]) => {
    const codec = compiledCodecs({ delivery })(schema);
    for (const one of [thin(init), init, thin(init)]) checkBytes(codec, schema, one);
  });
  const changedLarge = fc.property(largeAndInit, fc.nat(7), ([schema, init], bit) => {
    checkChanged(new CodecEngine({ delivery }), schema, init, bit, 30);
  });
  const changed = fc.property(schemaAndInit, fc.nat(7), ([schema, init], bit) => {
    checkChanged(new CodecEngine({ delivery }), schema, init, bit, 60);
  });
  const engine = new CodecEngine({ delivery });
  const random = fc.property(schemas, fc.uint8Array({ maxLength: 30 }), (schema, bytes) => {
    agree(engine, schema, bytes, "random");
  });
  return [
    {
      name: "gives the bytes of protobuf-es, and reads them back to the same message",
      numRuns: 300,
      check: (runs) => fc.assert(sameBytes, runs),
    },
    {
      name: "gives the bytes of protobuf-es for types with many fields, and reads them back",
      numRuns: 12,
      check: (runs) => fc.assert(sameBytesOfLarge, runs),
    },
    {
      name: "reads truncations and bit flips of types with many fields to the same, or refuses both",
      numRuns: 6,
      check: (runs) => fc.assert(changedLarge, runs),
    },
    {
      name: "reads each truncation and many bit flips to the same as protobuf-es, or refuses both",
      numRuns: 100,
      check: (runs) => fc.assert(changed, runs),
    },
    {
      name: "reads random bytes to the same as protobuf-es, or refuses both",
      numRuns: 500,
      check: (runs) => fc.assert(random, runs),
    },
  ];
}
