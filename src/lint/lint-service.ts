import type { MethodDescriptorProto, ServiceDescriptorProto } from "@bufbuild/protobuf/wkt";
import type { FileReport } from "./file-report.js";
import { isPascal } from "./letter-case.js";
import { checkComment } from "./lint-comment.js";

interface Method {
  readonly report: FileReport;
  readonly service: ServiceDescriptorProto;
  readonly method: MethodDescriptorProto;
}

/** Checks the services of all files, together: a message may be used by several. */
export function checkServices(reports: readonly FileReport[]): void {
  const methods: Method[] = [];
  for (const report of reports) {
    for (const service of report.file.service) {
      checkService(service, report);
      for (const method of service.method) methods.push({ report, service, method });
    }
  }
  for (const one of methods) checkMethod(one);
  checkUnique(methods);
}

function checkService(service: ServiceDescriptorProto, report: FileReport): void {
  const { name } = service;
  if (!isPascal(name)) report.add("SERVICE_PASCAL_CASE", [service], `Service "${name}" should be PascalCase.`, [1]);
  if (!name.endsWith("Service")) {
    report.add("SERVICE_SUFFIX", [service], `Service "${name}" should end with "Service".`, [1]);
  }
  checkComment("COMMENT_SERVICE", "Service", name, [service], report);
}

function checkMethod({ report, service, method }: Method): void {
  const parts = [service, method];
  const { name } = method;
  if (!isPascal(name)) report.add("RPC_PASCAL_CASE", parts, `Method "${name}" should be PascalCase.`, [1]);
  checkComment("COMMENT_RPC", "Method", name, parts, report);
  for (const [kind, type, sub] of [
    ["Request", method.inputType, 2],
    ["Response", method.outputType, 3],
  ] as const) {
    const short = type.slice(type.lastIndexOf(".") + 1);
    const wanted = [`${name}${kind}`, `${service.name}${name}${kind}`].map(pascal);
    if (wanted.includes(short)) continue;
    const text = `${kind} type "${short}" of method "${name}" should be named "${wanted.join('" or "')}".`;
    report.add(`RPC_${kind.toUpperCase()}_STANDARD_NAME`, parts, text, [sub]);
  }
}

function pascal(name: string): string {
  return name.replace(/(?:^|_)([a-zA-Z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function checkUnique(methods: readonly Method[]): void {
  const uses = new Map<string, Method[]>();
  for (const one of methods) {
    // A method whose request is its response uses that type twice.
    for (const type of [one.method.inputType, one.method.outputType]) uses.set(type, [...(uses.get(type) ?? []), one]);
  }
  for (const [type, users] of uses) {
    if (users.length < 2) continue;
    for (const { report, service, method } of new Set(users)) {
      const text = `"${type.slice(1)}" is the request or response of several methods, or both of one.`;
      report.add("RPC_REQUEST_RESPONSE_UNIQUE", [service, method], text);
    }
  }
}
