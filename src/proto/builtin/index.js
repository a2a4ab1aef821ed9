import { googleApiAnnotations, googleApiHttp } from "./google-api.js";
import { googleRpcCode, googleRpcErrorDetails, googleRpcStatus } from "./google-rpc.js";
/** Files that many import and few have at hand, by import path. A user's own copy goes first. */
export const builtinTexts = new Map([
    ["google/api/annotations.proto", googleApiAnnotations],
    ["google/api/http.proto", googleApiHttp],
    ["google/rpc/code.proto", googleRpcCode],
    ["google/rpc/error_details.proto", googleRpcErrorDetails],
    ["google/rpc/status.proto", googleRpcStatus],
]);
