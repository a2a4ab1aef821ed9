import { type JsonValue, type Message, toJson } from "@bufbuild/protobuf";
import { RpcError } from "../base/rpc-error.js";
import type { Interceptor, InterceptorRequest } from "../call/interceptor.js";
import type { CliIo } from "./io.js";

/** A line for each call when it has ended. */
export function logCalls(json: boolean, io: CliIo): Interceptor {
  const log = (request: InterceptorRequest, startMs: number, error: unknown): void => {
    const tookMs = Math.round((performance.now() - startMs) * 10) / 10;
    const status = error === undefined ? "OK" : error instanceof RpcError ? error.codeName : "UNKNOWN";
    const method = request.path.slice(1);
    const shown = requestJson(request);
    if (json) io.stdout(`${JSON.stringify({ event: "call", method, status, tookMs, request: shown })}\n`);
    else io.stderr(`${method} ${status} ${tookMs} ms${shown === undefined ? "" : ` ${shortened(shown)}`}\n`);
  };
  return (next) => async (request) => {
    const startMs = performance.now();
    try {
      const response = await next(request);
      if (!response.stream) {
        log(request, startMs, undefined);
        return response;
      }
      const onEnd = (error: unknown): void => log(request, startMs, error);
      return { ...response, message: watchEnd(response.message, onEnd) };
    } catch (error) {
      log(request, startMs, error);
      throw error;
    }
  };
}

async function* watchEnd(messages: AsyncIterable<Message>, onEnd: (error: unknown) => void): AsyncGenerator<Message> {
  try {
    yield* messages;
  } catch (error) {
    onEnd(error);
    throw error;
  }
  onEnd(undefined);
}

/** Of streams the requests are gone. */
function requestJson({ stream, message, method }: InterceptorRequest): JsonValue | undefined {
  if (stream) return undefined;
  try {
    return toJson(method.input, message as Message);
  } catch {
    // An Any of a type that is not loaded has no JSON.
    return undefined;
  }
}

function shortened(request: JsonValue): string {
  const text = JSON.stringify(request);
  return text.length <= 200 ? text : `${text.slice(0, 197)}...`;
}
