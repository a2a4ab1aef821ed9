import { ErrorCode } from "../../base/transport.js";
import type { Fault } from "../errors.js";

/**
 * What any PUSH_PROMISE is (RFC 9113 section 8.4): a client of ours sends ENABLE_PUSH = 0, and a client must not push to a
 * server. So no frame of this type is ever read.
 */
export const pushRefused: Fault = { code: ErrorCode.PROTOCOL_ERROR, message: "PUSH_PROMISE, but pushes are disabled" };
