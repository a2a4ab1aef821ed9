import {
  type DescMethod,
  type DescService,
  fromJson,
  isMessage,
  type JsonObject,
  type JsonValue,
  type Message,
  type Registry,
  toJson,
} from "@bufbuild/protobuf";
import { type Any, AnySchema } from "@bufbuild/protobuf/wkt";
import { parse } from "yaml";
import type { PackedDetail } from "../base/rpc-error.js";
import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";

/** One answer of the file. */
export interface MockReply {
  /** What the request must have, at least; undefined for any. */
  readonly request: JsonObject | undefined;
  readonly responses: readonly Message[];
  readonly error: RpcError | undefined;
  /** Before the first response, and before each further one. */
  readonly delayMs: number;
}

/** Answers by the full name of a method, `pkg.Service/Method`, in the order of the file. */
export type MockReplies = ReadonlyMap<string, readonly MockReply[]>;

/** The file of answers has a mistake; the message says where. */
export class RepliesError extends Error {
  override get name(): string {
    return "RepliesError";
  }
}

const knownKeys: ReadonlySet<string> = new Set(["method", "request", "response", "responses", "status", "delayMs"]);
const delayMsMax = 3_600_000;

export function methodName(method: DescMethod): string {
  return `${method.parent.typeName}/${method.name}`;
}

/**
 * Reads a list of answers, in YAML or JSON.
 *
 * @throws {RepliesError} naming the entry, and what it may be
 */
export function parseReplies(text: string, services: readonly DescService[], registry: Registry): MockReplies {
  let list: unknown;
  try {
    list = parse(text);
  } catch (error) {
    throw new RepliesError((error as Error).message, { cause: error });
  }
  if (!Array.isArray(list)) throw new RepliesError("it must be a list of replies");
  const replies = new Map<string, MockReply[]>();
  for (const [i, entry] of list.entries()) {
    try {
      const method = findMethod(entry, services);
      const name = methodName(method);
      replies.set(name, [...(replies.get(name) ?? []), parseReply(entry as JsonObject, method, registry)]);
    } catch (error) {
      throw new RepliesError(`reply ${i + 1}: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      });
    }
  }
  return replies;
}

function findMethod(entry: unknown, services: readonly DescService[]): DescMethod {
  if (!isObject(entry)) throw new Error("it must have a method and a response, responses or a status");
  const unknown = Object.keys(entry).find((key) => !knownKeys.has(key));
  if (unknown !== undefined) throw new Error(`${unknown} is not known; known are ${[...knownKeys].join(", ")}`);
  const name = entry["method"];
  const methods = services.flatMap((service) => service.methods);
  const found = methods.filter((method) => methodName(method) === name || method.name === name);
  if (found[0] !== undefined && found.length === 1) return found[0];
  const problem = found.length > 1 ? "several services have" : "no service has";
  throw new Error(`${problem} the method ${JSON.stringify(name)}; there are ${methods.map(methodName).join(", ")}`);
}

function parseReply(entry: JsonObject, method: DescMethod, registry: Registry): MockReply {
  const { request, response, responses, status, delayMs = 0 } = entry as Record<string, JsonValue | undefined>;
  if (request !== undefined && !isObject(request)) throw new Error("request must be an object: fields to compare");
  if (typeof delayMs !== "number" || !(delayMs >= 0 && delayMs <= delayMsMax)) {
    throw new Error(`delayMs must be a number from 0 to ${delayMsMax}`);
  }
  if (response !== undefined && responses !== undefined) throw new Error("give response or responses, not both");
  if (responses !== undefined && !Array.isArray(responses)) throw new Error("responses must be a list");
  const given = (responses as JsonValue[] | undefined) ?? (response === undefined ? [] : [response]);
  const isStream = method.methodKind === "server_streaming" || method.methodKind === "bidi_streaming";
  if (!isStream && given.length !== (status === undefined ? 1 : 0)) {
    throw new Error(`${method.name} answers once: give one response, or a status`);
  }
  return {
    request: request as JsonObject | undefined,
    responses: given.map((json) => fromJson(method.output, json, { registry })),
    error: status === undefined ? undefined : parseStatus(status, registry),
    delayMs,
  };
}

function parseStatus(status: JsonValue, registry: Registry): RpcError {
  if (!isObject(status)) throw new Error("status must have a code, and may have a message and details");
  const { code, message = "", details = [] } = status as Record<string, JsonValue | undefined>;
  const number = typeof code === "string" ? Status[code as keyof typeof Status] : code;
  if (typeof number !== "number" || number < 1 || number > 16) {
    throw new Error(`status.code must be a name as NOT_FOUND, or a number from 1 to 16, not ${JSON.stringify(code)}`);
  }
  if (!Array.isArray(details)) throw new Error("status.details must be a list of messages with @type");
  const packed = details.map((json): PackedDetail => {
    const any = fromJson(AnySchema, json, { registry }) as Any;
    return { typeUrl: any.typeUrl, value: any.value };
  });
  return new RpcError(number as Status, String(message), { details: packed });
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The first answer that fits a request. */
export function replyFor(
  replies: readonly MockReply[],
  method: DescMethod,
  request: Message | undefined,
  registry: Registry,
): MockReply | undefined {
  let json: JsonValue | undefined;
  return replies.find((reply) => {
    if (reply.request === undefined) return true;
    if (request === undefined || !isMessage(request)) return false;
    // With defaults, so that an empty field can be asked for too.
    json ??= toJson(method.input, request, { registry, alwaysEmitImplicit: true });
    return hasAll(json, reply.request);
  });
}

/** Whether all that is wanted is there; numbers of 64 bits are text in JSON. */
function hasAll(value: JsonValue | undefined, wanted: JsonValue): boolean {
  if (Array.isArray(wanted)) {
    return Array.isArray(value) && value.length === wanted.length && wanted.every((one, i) => hasAll(value[i], one));
  }
  if (isObject(wanted)) return isObject(value) && Object.entries(wanted).every(([key, one]) => hasAll(value[key], one));
  return value === wanted || (typeof wanted === "number" && value === String(wanted));
}
