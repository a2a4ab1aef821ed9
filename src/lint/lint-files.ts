import type { FileDescriptorProto } from "@bufbuild/protobuf/wkt";
import type { Finding } from "../proto/places.js";
import { FileReport } from "./file-report.js";
import { checkEnum } from "./lint-enum.js";
import { checkHead } from "./lint-head.js";
import { checkExtensions, checkMessage } from "./lint-message.js";
import { checkPackages } from "./lint-packages.js";
import { checkServices } from "./lint-service.js";

/** What is to be checked. */
export interface LintInput {
  /** The files to be checked, with source info, without their imports. */
  readonly files: readonly FileDescriptorProto[];
  /** Whether an import of a file is used. */
  isImportUsed(file: string, dependency: string): boolean;
}

/**
 * Checks files by rules.
 *
 * @param rules names of `ruleTexts`
 * @returns findings by file and place
 */
export function lintFiles(input: LintInput, rules: ReadonlySet<string>): Finding[] {
  const reports = input.files.map((file) => new FileReport(file, rules));
  for (const report of reports) {
    const { file } = report;
    checkHead(report, (path) => input.isImportUsed(file.name, path));
    for (const message of file.messageType) checkMessage(message, [], report);
    for (const one of file.enumType) checkEnum(one, [], report);
    checkExtensions(file.extension, [], report);
  }
  checkServices(reports);
  checkPackages(reports);
  return reports.flatMap((report) => report.findings).sort(byPlace);
}

function byPlace(a: Finding, b: Finding): number {
  return order(a.file, b.file) || a.line - b.line || a.column - b.column || order(a.rule, b.rule);
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
