import { FileOptionsSchema } from "@bufbuild/protobuf/wkt";
import type { FileReport } from "./file-report.js";
import { groupBy } from "./lint-packages.js";

/** Options of files that those of one package should have alike. */
const alike = [
  "csharp_namespace",
  "go_package",
  "java_multiple_files",
  "java_package",
  "php_namespace",
  "ruby_package",
  "swift_prefix",
] as const;

/** Checks that files of one package have the same options. */
export function checkPackageOptions(reports: readonly FileReport[]): void {
  for (const [name, group] of groupBy(reports, ({ file }) => file.package)) {
    if (name === "") continue;
    for (const option of alike) checkOption(name, group, option);
  }
}

function checkOption(name: string, group: readonly FileReport[], option: (typeof alike)[number]): void {
  const field = FileOptionsSchema.fields.find((one) => one.name === option);
  if (field === undefined) return;
  const textOf = ({ file }: FileReport): string => {
    const value: unknown = Reflect.get(file.options ?? {}, field.localName);
    return value === undefined || value === false ? "" : String(value);
  };
  const values = [...new Set(group.map(textOf))].sort();
  if (values.length < 2) return;
  const shown = values.map((value) => (value === "" ? "none" : JSON.stringify(value))).join(", ");
  const text = `Files of package "${name}" have several values of the option ${option}: ${shown}.`;
  for (const report of group) report.add(`PACKAGE_SAME_${option.toUpperCase()}`, [], text, [8, field.number]);
}
