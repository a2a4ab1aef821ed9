import { type DescMessage, fromBinary, type Message, toBinary } from "@bufbuild/protobuf";
import * as ours from "../../src/protobuf.js";
import { Filler, type Filling, filled, sparse } from "./fill.js";
import { type Action, bestOf } from "./measure.js";
import { type RealType, realTypes } from "./real-types.js";

/** Nanoseconds of one message, by codec. */
interface RealRow {
  readonly name: string;
  readonly what: string;
  readonly bytes: number;
  readonly peregrine: number;
  readonly protobufEs: number;
  readonly protobufjs: number | undefined;
}

const fillings: Readonly<Record<string, Filling>> = { filled, sparse };

/** Real, mostly large types, in messages with all their fields and with few. */
export async function realRows(rounds: number, only: string | undefined): Promise<void> {
  const rows: RealRow[] = [];
  for (const type of await realTypes(only)) {
    for (const [name, filling] of Object.entries(fillings)) {
      const message = new Filler(rows.length + 1).message(type.schema, filling);
      for (const row of measureOne(type, name, message, rounds)) {
        rows.push(row);
        console.log(text(row));
      }
    }
  }
  console.log(summary(rows));
}

function measureOne({ schema, peer }: RealType, filling: string, message: Message, rounds: number): RealRow[] {
  const bytes = toBinary(schema, message);
  check(schema, message, bytes);
  // protobufjs has messages of its own, made of the same bytes.
  const peerMessage = peer?.decode(bytes);
  const encode: Action[] = [() => ours.toBinary(schema, message), () => toBinary(schema, message)];
  const decode: Action[] = [() => ours.fromBinary(schema, bytes), () => fromBinary(schema, bytes)];
  if (peer !== undefined && peerMessage !== undefined) {
    encode.push(() => peer.encode(peerMessage).finish());
    decode.push(() => peer.decode(bytes));
  }
  return [["encode", encode] as const, ["decode", decode] as const].map(([what, actions]) => {
    const [peregrine, protobufEs, protobufjs] = bestOf(actions, rounds);
    const name = `${schema.typeName.split(".").slice(-1)[0]} ${filling}`;
    return {
      name,
      what,
      bytes: bytes.length,
      peregrine: peregrine as number,
      protobufEs: protobufEs as number,
      protobufjs,
    };
  });
}

/** What is measured must be the same. */
function check(schema: DescMessage, message: Message, bytes: Uint8Array): void {
  const own = ours.toBinary(schema, message);
  if (Buffer.compare(own, bytes) !== 0) throw new Error(`${schema.typeName}: other bytes`);
  if (!ours.equals(schema, ours.fromBinary(schema, bytes), message))
    throw new Error(`${schema.typeName}: another message`);
}

function text({ name, what, bytes, peregrine, protobufEs, protobufjs }: RealRow): string {
  const cell = (title: string, value: number | undefined): string =>
    `${title} ${value === undefined ? "-" : `${value.toFixed(0)} (${(value / peregrine).toFixed(2)}x)`}`.padEnd(27);
  const own = `peregrine ${peregrine.toFixed(0)}`.padEnd(17);
  return `${name.padEnd(30)} ${what} ${String(bytes).padStart(6)} B  ${own}${cell("protobuf-es", protobufEs)}${cell("protobufjs", protobufjs)}`.trimEnd();
}

function summary(rows: readonly RealRow[]): string {
  const lines: [string, number[]][] = [["protobuf-es", rows.map((row) => row.protobufEs / row.peregrine)]];
  const peers = rows.flatMap((row) => (row.protobufjs === undefined ? [] : [row.protobufjs / row.peregrine]));
  lines.push(["protobufjs", peers]);
  return lines
    .map(([name, ratios]) => {
      const sorted = [...ratios].sort((a, b) => a - b);
      const median = sorted[sorted.length >> 1] ?? 0;
      const count = (least: number): number => sorted.filter((ratio) => ratio < least).length;
      return `${name}: ${sorted.length} rows, least ${(sorted[0] ?? 0).toFixed(2)}x, median ${median.toFixed(2)}x, below 1x: ${count(1)}, below 2x: ${count(2)}`;
    })
    .join("\n");
}
