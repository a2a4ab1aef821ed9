import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import { asRpcError, thrownText } from "../base/thrown.js";
import type { ClientMethod } from "./client-method.js";

/**
 * What is wrong with the requests of a call by themselves: the call ends with this status, also where interceptors hand the
 * requests on. Whatever else an iterable of requests throws ends the call with CANCELLED.
 */
export class RequestFault extends RpcError {}

/** @throws {RequestFault} INVALID_ARGUMENT for what is no object, and for a list, a stream or a promise of messages */
export function checkRequest(method: ClientMethod, message: unknown): asserts message is object {
  const found = typeof message === "object" && message !== null ? faultOf(message) : nameOf(message);
  if (found === undefined) return;
  throw new RequestFault(Status.INVALID_ARGUMENT, `${method.path} takes a ${method.desc.input.typeName}, not ${found}`);
}

/** Such an object would be sent as an empty message. */
function faultOf(message: object): string | undefined {
  try {
    if ("$typeName" in message) return undefined;
    if (Array.isArray(message)) return "an array";
    if (Symbol.asyncIterator in message) return "an async iterable";
    return isPromise(message) ? "a promise: await it first" : undefined;
  } catch (error) {
    return `an object that cannot be read: ${thrownText(error)}`;
  }
}

/** INVALID_ARGUMENT where requests are due and something else was given. */
export function faultOfRequests(method: ClientMethod, requests: unknown): RequestFault | undefined {
  let found: string | undefined;
  try {
    found = notIterable(requests);
  } catch (error) {
    found = `an object that cannot be read: ${thrownText(error)}`;
  }
  if (found === undefined) return undefined;
  const due = `${method.path} streams its requests: give an iterable or an async iterable of ${method.desc.input.typeName}`;
  return new RequestFault(Status.INVALID_ARGUMENT, `${due}, not ${found}`);
}

/** The error of a request that cannot be sent. */
export function unsendable(error: unknown): RpcError {
  const own = asRpcError(error);
  if (own !== undefined) return own;
  return new RpcError(Status.INVALID_ARGUMENT, `the request could not be made: ${thrownText(error)}`, { cause: error });
}

/** What a value is that cannot be iterated over, now or later; undefined for what can. */
function notIterable(source: unknown): string | undefined {
  if (typeof source !== "object" || source === null) return nameOf(source);
  if (Symbol.asyncIterator in source || Symbol.iterator in source || isPromise(source)) return undefined;
  return "$typeName" in source ? `one ${String(source.$typeName)}` : "an object that is neither";
}

function isPromise(value: object): boolean {
  return "then" in value && typeof value.then === "function";
}

function nameOf(value: unknown): string {
  return value === null ? "null" : typeof value;
}
