import { versionSuffix } from "../proto/package-version.js";
import type { FileReport } from "./file-report.js";
import { isLowerSnake } from "./letter-case.js";

/** Checks a file's name, syntax, package and imports. */
export function checkHead(report: FileReport, isUsed: (path: string) => boolean): void {
  const { file } = report;
  const base = file.name.slice(file.name.lastIndexOf("/") + 1).replace(/\.proto$/, "");
  if (!isLowerSnake(base)) {
    report.add("FILE_LOWER_SNAKE_CASE", [], `File name "${base}.proto" should be lower_snake_case.proto.`);
  }
  // A file that says "proto2" has a place for it; one that says nothing has none.
  const saysSyntax = file.sourceCodeInfo?.location.some((one) => one.path.length === 1 && one.path[0] === 12);
  if (file.edition === 0 && saysSyntax !== true) {
    report.add("SYNTAX_SPECIFIED", [], "The file should say its syntax or edition.");
  }
  checkPackage(report);
  checkImports(report, isUsed);
}

function checkPackage(report: FileReport): void {
  const { file } = report;
  if (file.package === "") {
    report.add("PACKAGE_DEFINED", [], "The file should have a package.");
    return;
  }
  const parts = file.package.split(".");
  const dir = file.name.includes("/") ? file.name.slice(0, file.name.lastIndexOf("/")) : ".";
  if (dir !== parts.join("/")) {
    const text = `Files of package "${file.package}" should be in the directory "${parts.join("/")}", not in "${dir}".`;
    report.add("PACKAGE_DIRECTORY_MATCH", [], text, [2]);
  }
  if (!parts.every(isLowerSnake)) {
    report.add("PACKAGE_LOWER_SNAKE_CASE", [], `Package "${file.package}" should be lower_snake.case.`, [2]);
  }
  const last = parts.at(-1) ?? "";
  if (parts.length < 2 || !versionSuffix.test(last)) {
    const text = `Package "${file.package}" should end with a version, as "${file.package}.v1" does.`;
    report.add("PACKAGE_VERSION_SUFFIX", [], text, [2]);
  }
}

function checkImports(report: FileReport, isUsed: (path: string) => boolean): void {
  const { file } = report;
  file.dependency.forEach((path, index) => {
    if (!isUsed(path)) report.add("IMPORT_USED", [], `Import "${path}" is not used.`, [3, index]);
  });
  for (const index of file.publicDependency) {
    report.add("IMPORT_NO_PUBLIC", [], `Import "${file.dependency[index]}" should not be public.`, [3, index]);
  }
  for (const index of file.weakDependency) {
    report.add("IMPORT_NO_WEAK", [], `Import "${file.dependency[index]}" should not be weak.`, [3, index]);
  }
}
