import { create } from "@bufbuild/protobuf";
import { base64ToBytes, bytesToBase64 } from "../base/base64.js";
import type { ErrorDetail, PackedDetail, RpcError } from "../base/rpc-error.js";
import { fromBinary, toBinary } from "../codec/binary.js";
import { statusSchema } from "./status-schema.js";

const typeUrlPrefix = "type.googleapis.com/";

/** The value of `grpc-status-details-bin` for an error that has details. */
export function encodeStatusDetails(error: RpcError): string {
  const schema = statusSchema();
  const status = create(schema, {
    code: error.code,
    message: error.message,
    details: error.details.map(packDetail),
  });
  return bytesToBase64(toBinary(schema, status));
}

function packDetail(detail: ErrorDetail): PackedDetail {
  if ("typeUrl" in detail) return { typeUrl: detail.typeUrl, value: detail.value };
  const message = create(detail.schema, detail.value);
  return { typeUrl: typeUrlPrefix + detail.schema.typeName, value: toBinary(detail.schema, message) };
}

/** The details of a received `grpc-status-details-bin`; none where it does not decode. Never throws. */
export function decodeStatusDetails(value: string): readonly PackedDetail[] {
  const bytes = base64ToBytes(value);
  if (bytes === undefined) return [];
  try {
    return fromBinary(statusSchema(), bytes).details.map((any) => ({ typeUrl: any.typeUrl, value: any.value }));
  } catch {
    return [];
  }
}
