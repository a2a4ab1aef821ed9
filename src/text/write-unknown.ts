import type { UnknownField } from "@bufbuild/protobuf";
import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import { depthMax } from "../codec/limits.js";
import type { TextOutput } from "./output.js";
import { quoteBytes } from "./quote.js";

/** Bytes may be a message, and those within it too: this often it is tried. Each time all within is read again. */
const guessDepthMax = 10;

/**
 * Writes a field that the schema does not know, by its number. The wire does not say whether bytes are a message or a string: where they
 * can be one, they are written as a message.
 */
export function writeUnknown(output: TextOutput, { no, wireType, data }: UnknownField): void {
  writeValue(output, no, wireType, new BinaryReader(data), 0);
}

function writeValue(output: TextOutput, no: number, wireType: WireType, reader: BinaryReader, guesses: number): void {
  const name = String(no);
  if (wireType === WireType.StartGroup) {
    output.open(name);
    writeFields(output, reader, guesses);
    output.close();
    return;
  }
  if (wireType !== WireType.LengthDelimited) {
    output.scalar(name, numberText(wireType, reader));
    return;
  }
  const bytes = reader.bytes();
  if (guesses < guessDepthMax && isMessage(bytes)) {
    output.open(name);
    writeFields(output, new BinaryReader(bytes), guesses + 1);
    output.close();
  } else {
    output.scalar(name, quoteBytes(bytes));
  }
}

/** Up to the end, or to the tag that ends a group. */
function writeFields(output: TextOutput, reader: BinaryReader, guesses: number): void {
  while (reader.pos < reader.len) {
    const [no, wireType] = reader.tag();
    if (wireType === WireType.EndGroup) return;
    writeValue(output, no, wireType, reader, guesses);
  }
}

function numberText(wireType: WireType, reader: BinaryReader): string {
  if (wireType === WireType.Varint) return String(reader.uint64());
  const isLong = wireType === WireType.Bit64;
  const value = isLong ? BigInt(reader.fixed64()) : reader.fixed32();
  return `0x${value.toString(16).padStart(isLong ? 16 : 8, "0")}`;
}

/** Whether bytes are fields from the first to the last. */
function isMessage(bytes: Uint8Array): boolean {
  if (bytes.length === 0) return false;
  const reader = new BinaryReader(bytes);
  try {
    while (reader.pos < reader.len) {
      const [no, wireType] = reader.tag();
      if (wireType === WireType.EndGroup) return false;
      // `skip` takes varints of any length; what is written reads them.
      if (wireType === WireType.Varint) reader.uint64();
      else reader.skip(wireType, no, depthMax);
    }
    return true;
  } catch {
    // They are no message, which is what was asked.
    return false;
  }
}
