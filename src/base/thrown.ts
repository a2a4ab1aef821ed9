import { RpcError } from "./rpc-error.js";

// What users throw, and reject promises with, may be anything: a symbol, or a revoked `Proxy`, which throws when it is looked at.

/** The text of what was thrown. Never throws. */
export function thrownText(thrown: unknown): string {
  try {
    return String(thrown instanceof Error ? thrown.message : thrown);
  } catch {
    return "a value that cannot be shown";
  }
}

/** What was thrown, if it is an `RpcError`. Never throws. */
export function asRpcError(thrown: unknown): RpcError | undefined {
  try {
    return thrown instanceof RpcError ? thrown : undefined;
  } catch {
    return undefined;
  }
}
