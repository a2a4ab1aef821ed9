import type { DescEnum, DescExtension, DescFile, DescMessage, DescService } from "@bufbuild/protobuf";
import type { Report } from "./report.js";

/** What is declared, with the file that it is in. */
export interface Declarations {
  readonly files: readonly DescFile[];
  readonly messages: readonly DescMessage[];
  readonly enums: readonly DescEnum[];
  readonly services: readonly DescService[];
  readonly extensions: readonly DescExtension[];
}

type Declaration = DescMessage | DescEnum | DescService | DescExtension;

/** Compares what packages have, in whatever file. */
export function comparePackages(old: Declarations, now: Declarations, report: Report): void {
  const packages = new Set(now.files.map((file) => file.proto.package));
  const gone = new Set<string>();
  for (const file of old.files) {
    const name = file.proto.package;
    if (packages.has(name) || gone.has(name)) continue;
    gone.add(name);
    report.add("PACKAGE_NO_DELETE", file, file.proto, `Package "${name}" was deleted.`);
  }
  for (const [rule, what, before, after] of [
    ["PACKAGE_MESSAGE_NO_DELETE", "Message", old.messages, now.messages],
    ["PACKAGE_ENUM_NO_DELETE", "Enum", old.enums, now.enums],
    ["PACKAGE_SERVICE_NO_DELETE", "Service", old.services, now.services],
    ["PACKAGE_EXTENSION_NO_DELETE", "Extension", old.extensions, now.extensions],
  ] as const) {
    const names = new Set((after as readonly Declaration[]).map((one) => one.typeName));
    const parents = new Set(now.messages.map((one) => one.typeName));
    for (const one of before as readonly Declaration[]) {
      const parent = "parent" in one ? one.parent : undefined;
      // What was in a message, or in a package, goes with it, which is told once.
      const isTold = gone.has(one.file.proto.package) || (parent !== undefined && !parents.has(parent.typeName));
      if (names.has(one.typeName) || isTold) continue;
      report.add(rule, one.file, one.proto, `${what} "${one.typeName}" was deleted from its package.`);
    }
  }
}
