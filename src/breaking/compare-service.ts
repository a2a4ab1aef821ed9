import type { DescMethod, DescService } from "@bufbuild/protobuf";
import type { Report } from "./report.js";

/** Compares a service with the one of the same name before. */
export function compareService(old: DescService, now: DescService, report: Report): void {
  for (const method of old.methods) {
    const current = now.methods.find((one) => one.name === method.name);
    const text = `Method "${method.name}" of service "${now.typeName}" was deleted.`;
    if (current === undefined) report.add("RPC_NO_DELETE", now.file, now.proto, text);
    else compareMethod(method, current, report);
  }
}

function compareMethod(old: DescMethod, now: DescMethod, report: Report): void {
  const file = now.parent.file;
  const what = `Method "${now.name}" of service "${now.parent.typeName}"`;
  const changed = (rule: string, name: string, before: string, after: string, sub: readonly number[]): void => {
    if (before !== after)
      report.add(rule, file, now.proto, `${what} changed its ${name} from ${before} to ${after}.`, sub);
  };
  changed("RPC_SAME_REQUEST_TYPE", "request", old.input.typeName, now.input.typeName, [2]);
  changed("RPC_SAME_RESPONSE_TYPE", "response", old.output.typeName, now.output.typeName, [3]);
  const [a, b] = [old.proto, now.proto];
  changed("RPC_SAME_CLIENT_STREAMING", "requests", kindOf(a.clientStreaming), kindOf(b.clientStreaming), []);
  changed("RPC_SAME_SERVER_STREAMING", "responses", kindOf(a.serverStreaming), kindOf(b.serverStreaming), []);
  const levels = ["unknown", "no side effects", "idempotent"] as const;
  const [before, after] = [levels[old.idempotency], levels[now.idempotency]];
  changed("RPC_SAME_IDEMPOTENCY_LEVEL", "idempotency level", before, after, [4, 34]);
}

function kindOf(isStream: boolean): string {
  return isStream ? "a stream" : "a single message";
}
