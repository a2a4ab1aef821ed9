import { ErrorCode } from "../../base/transport.js";
import type { Fault } from "../errors.js";
import { readUint31 } from "./frame-header.js";

/** Length of the priority fields: a dependency and a weight. */
export const priorityBytes = 5;

const wrongSize: Fault = { code: ErrorCode.FRAME_SIZE_ERROR, message: "PRIORITY of a length other than 5" };

/** A stream that depends on itself, in PRIORITY or HEADERS: an error of the stream (RFC 7540 section 5.3.1). */
export const selfDependency: Fault = { code: ErrorCode.PROTOCOL_ERROR, message: "a stream that depends on itself" };

/** Checks a PRIORITY frame (RFC 9113 section 6.3). What it asks is ignored: no tree is kept. Its faults are the stream's. */
export function checkPriority(streamId: number, bytes: Uint8Array, start: number, end: number): Fault | undefined {
  if (end - start !== priorityBytes) return wrongSize;
  return readUint31(bytes, start) === streamId ? selfDependency : undefined;
}
