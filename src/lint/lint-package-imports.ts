import type { FileDescriptorProto } from "@bufbuild/protobuf/wkt";
import { stabilityOf } from "../proto/package-version.js";
import type { FileReport } from "./file-report.js";

/** Checks which packages import which. @param all the files and all that they import */
export function checkPackageImports(reports: readonly FileReport[], all: readonly FileDescriptorProto[]): void {
  const packageOf = new Map(all.map((file) => [file.name, file.package]));
  const imports = importsByPackage(all, packageOf);
  const reached = new Map<string, ReadonlySet<string>>();
  for (const report of reports) {
    const own = report.file.package;
    report.file.dependency.forEach((path, index) => {
      const other = packageOf.get(path) ?? "";
      if (own === "" || other === "" || other === own) return;
      let behind = reached.get(other);
      if (behind === undefined) {
        behind = reachableFrom(other, imports);
        reached.set(other, behind);
      }
      if (behind.has(own)) {
        const text = `Package "${own}" imports "${other}", which imports "${own}" in turn.`;
        report.add("PACKAGE_NO_IMPORT_CYCLE", [], text, [3, index]);
      }
      if (stabilityOf(own) === "stable" && stabilityOf(other) === "unstable") {
        const text = `Package "${own}" is of a stable version and should not import "${other}", which is not.`;
        report.add("STABLE_PACKAGE_NO_IMPORT_UNSTABLE", [], text, [3, index]);
      }
    });
  }
}

function importsByPackage(
  all: readonly FileDescriptorProto[],
  packageOf: ReadonlyMap<string, string>,
): ReadonlyMap<string, ReadonlySet<string>> {
  const imports = new Map<string, Set<string>>();
  for (const file of all) {
    const own = imports.get(file.package) ?? new Set();
    imports.set(file.package, own);
    for (const path of file.dependency) own.add(packageOf.get(path) ?? "");
  }
  return imports;
}

function reachableFrom(start: string, imports: ReadonlyMap<string, ReadonlySet<string>>): ReadonlySet<string> {
  const found = new Set<string>();
  const open = [start];
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    for (const next of imports.get(one) ?? []) {
      // Files without a package are of no package that could be in a circle.
      if (next === "" || found.has(next)) continue;
      found.add(next);
      open.push(next);
    }
  }
  return found;
}
