import { createRegistry, type JsonValue, type Registry } from "@bufbuild/protobuf";
import type { ErrorDetail, RpcError } from "../base/rpc-error.js";
import { fromBinary } from "../codec/binary.js";
import { file_google_rpc_error_details } from "../rpc/index.js";
import { jsonText } from "./json-text.js";
import { printable } from "./printable.js";
import type { ReplyJson } from "./reply-json.js";

/** The types of `google.rpc`, which details are made of mostly. */
export const detailTypes: Registry = createRegistry(file_google_rpc_error_details);

const red = "\u001b[1;31m";
const plain = "\u001b[0m";

/** A status with its details as JSON; those of a type that is not known as base64. */
export async function statusJson(error: RpcError, json: ReplyJson): Promise<JsonValue> {
  const details: JsonValue[] = [];
  for (const one of error.details) details.push(await detailJson(one, json));
  const shown = details.length === 0 ? {} : { details };
  return { code: error.code, status: error.codeName, message: error.message, ...shown };
}

/** A status with its details for people; what the server said is {@link printable}. */
export async function statusText(error: RpcError, json: ReplyJson, color: boolean): Promise<string> {
  const name = color ? `${red}${error.codeName}${plain}` : error.codeName;
  let text = `${name} (${error.code})${error.message === "" ? "" : `: ${printable(error.message)}`}\n`;
  for (const one of error.details) {
    const detail = jsonText(await detailJson(one, json), color);
    text += `  ${detail.replaceAll("\n", "\n  ")}\n`;
  }
  return text;
}

async function detailJson(detail: ErrorDetail, json: ReplyJson): Promise<JsonValue> {
  if (!("typeUrl" in detail)) throw new Error("a received detail is packed");
  const { typeUrl, value } = detail;
  const schema = await json.find(typeUrl.slice(typeUrl.lastIndexOf("/") + 1));
  const base64 = { "@type": typeUrl, "@bytes": Buffer.from(value).toString("base64") };
  if (schema === undefined) return base64;
  try {
    const written = await json.write(schema, fromBinary(schema, value));
    const isObject = typeof written === "object" && written !== null && !Array.isArray(written);
    return isObject ? { "@type": typeUrl, ...written } : { "@type": typeUrl, value: written };
  } catch {
    return base64;
  }
}
