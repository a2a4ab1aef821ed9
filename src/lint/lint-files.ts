import type { FileDescriptorProto } from "@bufbuild/protobuf/wkt";
import { byPlace, type Finding } from "../proto/places.js";
import { FileReport } from "./file-report.js";
import { checkEnum } from "./lint-enum.js";
import { checkHead } from "./lint-head.js";
import { checkExtensions, checkMessage } from "./lint-message.js";
import { checkPackageImports } from "./lint-package-imports.js";
import { checkPackageOptions } from "./lint-package-options.js";
import { checkPackages } from "./lint-packages.js";
import { checkProtovalidate } from "./lint-protovalidate.js";
import { checkServices } from "./lint-service.js";
import type { LintSettings } from "./lint-settings.js";

/** What is to be checked. */
export interface LintInput {
  /** The files to be checked, with source info, without their imports. */
  readonly files: readonly FileDescriptorProto[];
  /** All files that these import, and their imports, for what is asked of packages. */
  readonly imports: readonly FileDescriptorProto[];
  /** Where a file is. */
  pathOf(file: string): string;
  /** Whether an import of a file is used. */
  isImportUsed(file: string, dependency: string): boolean;
}

/**
 * Checks files by rules.
 *
 * @param settings which rules hold, and what they want
 * @returns findings by file and place
 */
export function lintFiles(input: LintInput, settings: LintSettings): Finding[] {
  const reports = input.files.map((file) => new FileReport(file, settings, input.pathOf(file.name)));
  for (const report of reports) {
    const { file } = report;
    checkHead(report, (path) => input.isImportUsed(file.name, path));
    for (const message of file.messageType) checkMessage(message, [], report);
    for (const one of file.enumType) checkEnum(one, [], report);
    checkExtensions(file.extension, [], report);
  }
  checkServices(reports);
  checkPackages(reports);
  checkPackageOptions(reports);
  checkPackageImports(reports, input.imports);
  checkProtovalidate(reports, input.imports);
  return reports.flatMap((report) => report.findings).sort(byPlace);
}
