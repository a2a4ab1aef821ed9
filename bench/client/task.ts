/** The four shapes of a call. */
export type Kind = "unary" | "server-stream" | "client-stream" | "bidi";

/** What a client program is asked to do; each load is bounded by `durationMs`, and by nothing that the server does. */
export interface Task {
  readonly kind: Kind;
  readonly port: number;
  /** File of the authority to trust; plaintext without it. */
  readonly ca?: string | undefined;
  readonly payloadBytes: number;
  /** Calls under way at any time. */
  readonly inFlight: number;
  /** Messages of one streaming call, in each direction that streams. */
  readonly messages: number;
  readonly durationMs: number;
  /** Unary calls of another size that are under way meanwhile, over the same channel. */
  readonly beside?: Pick<Task, "payloadBytes" | "inFlight"> | undefined;
}

/** What a client program has measured. */
export interface Measured {
  /** Calls for unary, messages for streams. */
  readonly operations: number;
  readonly elapsedMs: number;
  /** Of one call, in microseconds; only where `inFlight` is 1 and the kind is unary. */
  readonly latencyUs?: { readonly p50: number; readonly p99: number };
  /** Calls of `beside`. */
  readonly besideOperations?: number;
}

/** The message that unary peers echo: 11 bytes encoded. */
export const smallBytes = 9;
/** Encoded exactly 100 bytes. */
export const streamBytes = 98;
export const largeBytes = 1_048_576;

/** A payload that is not all alike, so that bytes in the wrong place are seen. */
export function makePayload(bytes: number): Uint8Array {
  const payload = new Uint8Array(bytes);
  for (let i = 0; i < bytes; i++) payload[i] = (i * 31) & 0x7f;
  return payload;
}
