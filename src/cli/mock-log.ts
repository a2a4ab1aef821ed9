import { type JsonValue, toJson } from "@bufbuild/protobuf";
import { statusName } from "../base/status.js";
import type { Interceptor, InterceptorRequest } from "../call/interceptor.js";
import type { CliIo } from "./io.js";

/** A line for each call when it has ended. */
export function logCalls(json: boolean, io: CliIo): Interceptor {
  return (next) => async (request) => {
    let shown: JsonValue | undefined;
    request.onEnd(({ status: code, durationMs }) => {
      const tookMs = Math.round(durationMs * 10) / 10;
      const status = statusName(code);
      const method = request.path.slice(1);
      if (json) io.stdout(`${JSON.stringify({ event: "call", method, status, tookMs, request: shown })}\n`);
      else io.stderr(`${method} ${status} ${tookMs} ms${shown === undefined ? "" : ` ${shortened(shown)}`}\n`);
    });
    shown = await requestJson(request);
    return next(request);
  };
}

/** Of streams the requests are gone. */
async function requestJson({ stream, message, method }: InterceptorRequest): Promise<JsonValue | undefined> {
  if (stream) return undefined;
  const request = await message;
  try {
    return toJson(method.input, request);
  } catch {
    // An Any of a type that is not loaded has no JSON.
    return undefined;
  }
}

function shortened(request: JsonValue): string {
  const text = JSON.stringify(request);
  return text.length <= 200 ? text : `${text.slice(0, 197)}...`;
}
