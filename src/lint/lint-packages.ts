import type { FileReport } from "./file-report.js";

/** Checks that directories and packages are one to one. */
export function checkPackages(reports: readonly FileReport[]): void {
  const dirOf = ({ file }: FileReport): string => file.name.slice(0, Math.max(0, file.name.lastIndexOf("/"))) || ".";
  const packageOf = ({ file }: FileReport): string => file.package;
  tell(reports, packageOf, dirOf, "PACKAGE_SAME_DIRECTORY", (name, dirs) =>
    name === "" ? undefined : `Files of package "${name}" are in several directories: ${dirs}.`,
  );
  tell(reports, dirOf, packageOf, "DIRECTORY_SAME_PACKAGE", (dir, names) => {
    return `Files of directory "${dir}" are in several packages: ${names}.`;
  });
}

function tell(
  reports: readonly FileReport[],
  keyOf: (report: FileReport) => string,
  otherOf: (report: FileReport) => string,
  rule: string,
  textOf: (key: string, values: string) => string | undefined,
): void {
  for (const [key, group] of groupBy(reports, keyOf)) {
    const values = [...new Set(group.map(otherOf))].sort();
    const text = textOf(key, values.map((value) => `"${value}"`).join(", "));
    if (values.length < 2 || text === undefined) continue;
    for (const report of group) report.add(rule, [], text, [2]);
  }
}

export function groupBy(
  reports: readonly FileReport[],
  keyOf: (report: FileReport) => string,
): Map<string, FileReport[]> {
  const groups = new Map<string, FileReport[]>();
  for (const report of reports) {
    const group = groups.get(keyOf(report));
    if (group === undefined) groups.set(keyOf(report), [report]);
    else group.push(report);
  }
  return groups;
}
