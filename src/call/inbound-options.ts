import type { DescMessage } from "@bufbuild/protobuf";
import type { MessageCodec } from "../codec/codec.js";
import type { DecodeBounds } from "../codec/decode-bounds.js";
import type { TurnBudget } from "../message/turn-budget.js";

export interface InboundOptions {
  readonly codec: MessageCodec<DescMessage>;
  /** Largest message, before and after decompression, in bytes. */
  readonly messageBytesMax: number;
  /** What a message may take when it is decoded. */
  readonly bounds: DecodeBounds | undefined;
  /** Where window is given back to the peer: the stream. */
  readonly window: InboundWindow;
  /** What all messages of a server, or of a channel, share of a turn of the event loop. */
  readonly budget: TurnBudget;
  /** The streams with the same one are one in the budget's eyes: the connection. */
  readonly lane: unknown;
}

/** The part of a `TransportStream` that the reading needs. */
export interface InboundWindow {
  consume(byteCount: number): void;
  expect(byteCount: number): void;
}

/** Whoever reads. An object and not a function, which would be a closure for each stream. */
export interface InboundReader {
  /** `take()` said PENDING and has more to say now. */
  onReadable(): void;
}
