import { gzipSync } from "node:zlib";
import { prefixed } from "../specification/grpc/messages.testing.js";
import { type Bounds, mebibyte } from "./attack.js";
import { field } from "./payloads.js";
import type { VictimOptions } from "./protocol.js";

/** A `Nested` that takes far more memory decoded than on the wire, and almost none of that compressed. */
export interface Amplifier {
  readonly title: string;
  readonly guard: string;
  readonly unguarded?: VictimOptions;
  /** Compressed and prefixed: as large as is taken, and far larger than is taken where there is such. */
  readonly taken: () => Uint8Array;
  readonly refused?: () => Uint8Array;
}

function repeat(size: number, ...bytes: readonly number[]): Uint8Array {
  return new Uint8Array(size - (size % bytes.length)).map((_, i) => bytes[i % bytes.length] as number);
}

function message(bytes: Uint8Array): Uint8Array {
  return prefixed(gzipSync(bytes), 1);
}

const counted = "maxDecodedBytes, before there is memory for it";
const uncounted: VictimOptions = { maxDecodedBytes: Number.MAX_SAFE_INTEGER };
const most = 4 * mebibyte;

export const amplifiers: readonly Amplifier[] = [
  {
    title: "unknown fields of two bytes",
    guard: "unknown fields stay the bytes that came",
    taken: () => message(repeat(most, 15 * 8, 1)),
  },
  {
    title: "unknown and known fields in turns",
    guard: "unknown fields stay the bytes that came",
    taken: () => message(repeat(most, 15 * 8, 1, 6 * 8 + 2, 0)),
  },
  {
    title: "empty messages",
    guard: counted,
    unguarded: uncounted,
    taken: () => message(repeat(100_000, 7 * 8 + 2, 0)),
    refused: () => message(repeat(mebibyte, 7 * 8 + 2, 0)),
  },
  {
    title: "packed zeroes",
    guard: counted,
    unguarded: uncounted,
    taken: () => message(field(5, new Uint8Array(2_000_000))),
    refused: () => message(field(5, new Uint8Array(4_000_000))),
  },
  {
    title: "empty strings",
    guard: counted,
    unguarded: uncounted,
    taken: () => message(repeat(2_000_000, 8 * 8 + 2, 0)),
    refused: () => message(repeat(most, 8 * 8 + 2, 0)),
  },
];

/** How many messages a victim holds at once. */
export const messagesHeld = 3;

/** Four times the limit of messages for each of those that are held. The compressed bytes are next to nothing. */
export const amplifiedBounds: Partial<Bounds> = {
  heldBytes: messagesHeld * 4 * most,
  rssPeakBytes: 256 * mebibyte,
  loopDelayMs: 1_000,
};
