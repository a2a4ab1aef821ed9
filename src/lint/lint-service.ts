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
  const suffix = report.settings.serviceSuffix;
  if (!name.endsWith(suffix)) {
    report.add("SERVICE_SUFFIX", [service], `Service "${name}" should end with "${suffix}".`, [1]);
  }
  checkComment("COMMENT_SERVICE", "Service", name, [service], report);
}

function checkMethod({ report, service, method }: Method): void {
  const parts = [service, method];
  const { name } = method;
  if (!isPascal(name)) report.add("RPC_PASCAL_CASE", parts, `Method "${name}" should be PascalCase.`, [1]);
  checkComment("COMMENT_RPC", "Method", name, parts, report);
  if (method.clientStreaming)
    report.add("RPC_NO_CLIENT_STREAMING", parts, `Method "${name}" should not take a stream.`);
  if (method.serverStreaming)
    report.add("RPC_NO_SERVER_STREAMING", parts, `Method "${name}" should not give a stream.`);
  for (const [kind, type, sub] of [
    ["Request", method.inputType, 2],
    ["Response", method.outputType, 3],
  ] as const) {
    if (type === empty && mayBeEmpty(kind, report)) continue;
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

const empty = ".google.protobuf.Empty";

function mayBeEmpty(kind: "Request" | "Response", { settings }: FileReport): boolean {
  return kind === "Request" ? settings.allowEmptyRequests : settings.allowEmptyResponses;
}

function checkUnique(methods: readonly Method[]): void {
  const uses = new Map<string, Method[]>();
  for (const one of methods) {
    // A method whose request is its response uses that type twice.
    for (const type of typesOf(one)) {
      const users = uses.get(type);
      if (users === undefined) uses.set(type, [one]);
      else users.push(one);
    }
  }
  for (const [type, users] of uses) {
    if (users.length < 2) continue;
    for (const { report, service, method } of new Set(users)) {
      const text = `"${type.slice(1)}" is the request or response of several methods, or both of one.`;
      report.add("RPC_REQUEST_RESPONSE_UNIQUE", [service, method], text);
    }
  }
}

/** The types of a method that may be used by no other; one that is both of one method is there twice, unless that is allowed. */
function typesOf({ report, method }: Method): string[] {
  const { inputType, outputType } = method;
  const [isFreeRequest, isFreeResponse] = (["Request", "Response"] as const).map((kind) => mayBeEmpty(kind, report));
  if (inputType === outputType) {
    if (inputType === empty && isFreeRequest && isFreeResponse) return [];
    return report.settings.allowSameRequestResponse ? [inputType] : [inputType, outputType];
  }
  const types: string[] = [];
  if (inputType !== empty || !isFreeRequest) types.push(inputType);
  if (outputType !== empty || !isFreeResponse) types.push(outputType);
  return types;
}
