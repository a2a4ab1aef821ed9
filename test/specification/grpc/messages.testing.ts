import { create, fromBinary, type MessageInitShape, toBinary } from "peregrine/protobuf";
import { bytesOf, uint32 } from "../../../src/http2/frames.testing.js";
import { type EchoRequest, EchoRequestSchema, type EchoResponse, EchoResponseSchema } from "../../gen/echo_pb.js";

/** A Length-Prefixed-Message, right or wrong. */
export function prefixed(payload: Uint8Array, flag: number = 0, length: number = payload.length): Uint8Array {
  return bytesOf(flag, uint32(length), payload);
}

export function requestBytes(init: MessageInitShape<typeof EchoRequestSchema>): Uint8Array {
  return toBinary(EchoRequestSchema, create(EchoRequestSchema, init));
}

export function responseBytes(init: MessageInitShape<typeof EchoResponseSchema>): Uint8Array {
  return toBinary(EchoResponseSchema, create(EchoResponseSchema, init));
}

/** One message that is whole and uncompressed. */
export function echoRequest(init: MessageInitShape<typeof EchoRequestSchema>): Uint8Array {
  return prefixed(requestBytes(init));
}

export function echoResponse(init: MessageInitShape<typeof EchoResponseSchema>): Uint8Array {
  return prefixed(responseBytes(init));
}

/** Cuts a body into its messages, flag and payload each. */
export function splitBody(body: Uint8Array): { flag: number; payload: Uint8Array }[] {
  const messages: { flag: number; payload: Uint8Array }[] = [];
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  for (let at = 0; at < body.length; ) {
    const end = at + 5 + view.getUint32(at + 1);
    messages.push({ flag: view.getUint8(at), payload: body.subarray(at + 5, end) });
    at = end;
  }
  return messages;
}

export function readRequest(payload: Uint8Array): EchoRequest {
  return fromBinary(EchoRequestSchema, payload);
}

export function readResponse(payload: Uint8Array): EchoResponse {
  return fromBinary(EchoResponseSchema, payload);
}
