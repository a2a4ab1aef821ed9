import { googleApiAnnotations, googleApiHttp } from "./google-api.js";
import { googleRpcCode, googleRpcErrorDetails, googleRpcStatus } from "./google-rpc.js";
import { grpcChannelzV1 } from "./grpc-channelz.js";
import { grpcHealthV1 } from "./grpc-health.js";
import { grpcReflectionV1, grpcReflectionV1alpha } from "./grpc-reflection.js";

/** Files that many import and few have at hand, by import path. A user's own copy goes first. */
export const builtinTexts: ReadonlyMap<string, string> = new Map([
  ["google/api/annotations.proto", googleApiAnnotations],
  ["google/api/http.proto", googleApiHttp],
  ["google/rpc/code.proto", googleRpcCode],
  ["google/rpc/error_details.proto", googleRpcErrorDetails],
  ["google/rpc/status.proto", googleRpcStatus],
  ["grpc/channelz/v1/channelz.proto", grpcChannelzV1],
  ["grpc/health/v1/health.proto", grpcHealthV1],
  ["grpc/reflection/v1/reflection.proto", grpcReflectionV1],
  ["grpc/reflection/v1alpha/reflection.proto", grpcReflectionV1alpha],
]);
