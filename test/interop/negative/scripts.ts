import { create, toBinary } from "peregrine/protobuf";
import {
  bytesOf,
  data,
  END_STREAM,
  frame,
  goaway,
  headers,
  PADDED,
  ping,
  rst,
  uint32,
} from "../../../src/http2/frames.testing.js";
import { SimpleResponseSchema } from "../../gen/grpc/testing/messages_pb.js";
import { largeResponse } from "../cases.js";

/** What a server of frames saw of its clients. */
export interface Witness {
  /** Requests on each connection that had one. */
  readonly requests: number[];
  pingsOpen: number;
  pingsSent: number;
  /** Most requests that were open at once on one connection, after the client knew the limit. */
  streamsMost: number;
}

/** Bytes that a script sends next. */
export interface Step {
  readonly bytes: Uint8Array;
  /** What it takes of the windows. */
  readonly flowControlledBytes: number;
  readonly isPing?: boolean;
}

/** How the server answers a large_unary, and what its client must have done in the end. */
export interface NegativeCase {
  readonly streamsMax?: number;
  steps(streamId: number): Step[];
  /** What was wrong, or undefined. */
  judge(witness: Witness): string | undefined;
}

const frameBytes = 16_384;
/** As the official bad server has it: the padding alone is more than any window that a client starts with. */
const paddedDataBytes = 5;
const paddingBytes = 255;
const pingText = "interop!";

const message: Uint8Array = toBinary(
  SimpleResponseSchema,
  create(SimpleResponseSchema, { payload: { body: new Uint8Array(largeResponse) } }),
);
const body: Uint8Array = bytesOf(0, uint32(message.length), message);

function free(bytes: Uint8Array): Step {
  return { bytes, flowControlledBytes: 0 };
}

function head(streamId: number): Step {
  return free(headers(streamId, [":status", "200", "content-type", "application/grpc"]));
}

function end(streamId: number): Step {
  return free(headers(streamId, ["grpc-status", "0"], END_STREAM));
}

function chunksOf(content: Uint8Array, bytes: number): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < content.length; at += bytes) chunks.push(content.subarray(at, at + bytes));
  return chunks;
}

function plainData(streamId: number, content: Uint8Array, bytes: number = frameBytes): Step[] {
  return chunksOf(content, bytes).map((chunk) => ({ bytes: data(streamId, chunk), flowControlledBytes: chunk.length }));
}

function paddedData(streamId: number): Step[] {
  return chunksOf(body, paddedDataBytes).map((chunk) => {
    const payload = bytesOf(paddingBytes, chunk, new Uint8Array(paddingBytes));
    return { bytes: frame(Type.data, PADDED, streamId, payload), flowControlledBytes: payload.length };
  });
}

const Type = { data: 0 } as const;
const noError = 0;

/** The codes are those of the official bad server, which resets with NO_ERROR. */
function reset(streamId: number): Step {
  return free(rst(streamId, noError));
}

function requestsOf(witness: Witness): number[] {
  return witness.requests.filter((count) => count > 0);
}

function expectRequests(witness: Witness, ...expected: readonly number[]): string | undefined {
  const found = requestsOf(witness);
  if (found.join() === expected.join()) return undefined;
  return `requests on its connections: ${found.join(", ") || "none"}; expected ${expected.join(", ")}`;
}

const once = (witness: Witness): string | undefined => expectRequests(witness, 1);

/** The cases of `http2-interop-test-descriptions.md`. */
export const negativeScripts: Readonly<Record<string, NegativeCase>> = {
  goaway: {
    steps: (id) => [head(id), ...plainData(id, body), end(id), free(goaway(id, noError))],
    judge: (witness) => expectRequests(witness, 1, 1),
  },
  rst_after_header: { steps: (id) => [head(id), reset(id)], judge: once },
  rst_during_data: {
    steps: (id) => [head(id), ...plainData(id, body.subarray(0, body.length / 2)), reset(id)],
    judge: once,
  },
  rst_after_data: { steps: (id) => [head(id), ...plainData(id, body), reset(id)], judge: once },
  ping: {
    steps: (id) =>
      [head(id), ...plainData(id, body), end(id)].flatMap((step) => [{ ...free(ping(pingText)), isPing: true }, step]),
    judge: ({ pingsSent, pingsOpen }) => {
      if (pingsSent < 20) return `only ${pingsSent} pings were sent`;
      return pingsOpen === 0 ? undefined : `${pingsOpen} of ${pingsSent} pings were not answered`;
    },
  },
  max_streams: {
    streamsMax: 1,
    steps: (id) => [head(id), ...plainData(id, body), end(id)],
    judge: (witness) => {
      if (witness.streamsMost > 1) return `${witness.streamsMost} streams were open at once, at most 1 is allowed`;
      const [calls = 0, ...others] = requestsOf(witness);
      return others.length === 0 && calls >= 11 ? undefined : `calls on its connections: ${[calls, ...others].join()}`;
    },
  },
  data_frame_padding: { steps: (id) => [head(id), ...paddedData(id), end(id)], judge: once },
  no_df_padding_sanity_test: {
    steps: (id) => [head(id), ...plainData(id, body, paddedDataBytes), end(id)],
    judge: once,
  },
};
