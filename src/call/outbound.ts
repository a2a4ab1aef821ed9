import type { DescMessage, Message } from "@bufbuild/protobuf";
import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import type { BytesOwner } from "../base/transport.js";
import type { MessageCodec } from "../codec/codec.js";
import type { Compression } from "../message/compression.js";
import { compressFramed, frameMessage } from "../message/framing.js";
import { prefixBytes } from "../message/prefix.js";

/** A message, or a plain object for one: what users give. */
export type Outgoing = Message | object;

/**
 * Makes the bytes of one message: 5 bytes of prefix and the payload, compressed where `compression` is given and the
 * message has at least `compressBytesMin` bytes.
 *
 * @param misfit the status for a value that does not fit its field: whose mistake that is
 * @throws {RpcError} `misfit` when a value does not fit its field; RESOURCE_EXHAUSTED over `messageBytesMax`
 */
export function encodeMessage(
  codec: MessageCodec<DescMessage>,
  message: Outgoing,
  compression: Compression | undefined,
  messageBytesMax: number,
  compressBytesMin: number,
  misfit: Status = Status.INTERNAL,
): Uint8Array | Promise<Uint8Array> {
  const framed = encode(codec, message, misfit);
  const byteCount = framed.length - prefixBytes;
  if (byteCount > messageBytesMax) throw tooLarge(byteCount, messageBytesMax);
  if (compression === undefined || byteCount < compressBytesMin) return frameMessage(framed);
  return compressFramed(compression, framed);
}

function encode(codec: MessageCodec<DescMessage>, message: Outgoing, misfit: Status): Uint8Array {
  try {
    return codec.encode(message as Message, prefixBytes);
  } catch (error) {
    throw new RpcError(misfit, error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function tooLarge(byteCount: number, messageBytesMax: number): RpcError {
  return new RpcError(
    Status.RESOURCE_EXHAUSTED,
    `the message to be sent has ${byteCount} bytes, more than sendMessageBytesMax = ${messageBytesMax}`,
  );
}

/** Smaller messages are not worth the way back to where their memory came from, in bytes. */
const ownedBytesMin = 65_536;

/** Who gets the memory of a message back. */
export function ownerOf(codec: MessageCodec, framed: Uint8Array): BytesOwner | undefined {
  return framed.length >= ownedBytesMin && codec.reuse !== undefined ? (codec as BytesOwner) : undefined;
}

/** Waits, for a writer, until the stream takes more. One writer per stream. */
export class WriteGate {
  private open: (() => void) | undefined;
  private closed = false;

  /** Resolves when the stream takes more, or the call is over. */
  wait(): Promise<void> | undefined {
    if (this.closed) return undefined;
    return new Promise((resolve) => {
      this.open = resolve;
    });
  }

  /** The stream takes more (`StreamHandler.onWritable`). */
  writable(): void {
    const open = this.open;
    this.open = undefined;
    open?.();
  }

  /** The call is over: nobody waits any longer. */
  close(): void {
    this.closed = true;
    this.writable();
  }
}
