import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isMain, report, root } from "./files.js";

/** What `package-lock.json` says of a package. */
export interface LockedPackage {
  readonly version?: string;
  readonly dev?: boolean;
  readonly engines?: { readonly node?: string };
}

/**
 * Packages that ask for a newer Node than the least one of ours, so that `npm ci` warns of them there, and why they are there all the same.
 * None of them is needed to use the package.
 */
const newer: Readonly<Record<string, string>> = {
  "@bufbuild/protoc-gen-es": "our generator is compared with what it writes now; the tests run it on Node 20",
  "@connectrpc/connect-node": "a peer in tests and benchmarks, as it is now; the tests run it on Node 20",
};

/**
 * Checks that all that `npm ci` installs runs on the least Node that package.json names.
 *
 * @param packages by their place in node_modules
 * @param exceptions names of packages for development that need not
 */
export function checkEngines(
  range: string,
  packages: Readonly<Record<string, LockedPackage>>,
  exceptions: Readonly<Record<string, string>>,
): string[] {
  const least = versionOf(/^>=\s*([\d.]+)$/.exec(range)?.[1] ?? "");
  if (least === undefined) return [`package.json: engines.node is ${range}: write >= and a version`];
  const violations: string[] = [];
  const unused = new Set(Object.keys(exceptions));
  for (const [place, { version, dev, engines }] of Object.entries(packages)) {
    const asked = engines?.node;
    if (place === "" || asked === undefined || admits(asked, least)) continue;
    const name = place.slice(place.lastIndexOf("node_modules/") + "node_modules/".length);
    unused.delete(name);
    if (dev === true && name in exceptions) continue;
    violations.push(`package-lock.json: ${name}@${version} asks for Node ${asked}, and package.json promises ${range}`);
  }
  for (const name of unused) violations.push(`tools/engines.ts: ${name} no longer asks for a newer Node: take it away`);
  return violations;
}

type Version = readonly [major: number, minor: number, patch: number];

/** Missing parts are 0. */
function versionOf(text: string): Version | undefined {
  const match = /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?$/.exec(text);
  return match === null ? undefined : [Number(match[1]), Number(match[2] ?? 0), Number(match[3] ?? 0)];
}

/** Whether a range of npm admits a version. Of what npm knows, ranges with hyphens and pre-releases are missing; these admit none. */
export function admits(range: string, version: Version): boolean {
  return range.split("||").some((part) => {
    const comparators = part
      .trim()
      .replace(/([<>=^~])\s+/g, "$1")
      .split(/\s+/);
    return comparators.every((one) => admitsOne(one, version));
  });
}

function admitsOne(comparator: string, version: Version): boolean {
  const [, operator = "", text = ""] = /^(>=|<=|>|<|=|\^|~)?(.*)$/.exec(comparator) ?? [];
  // `20`, `20.x` and `20.*` are all versions that begin so, as `*` and nothing are all.
  const digits = text.replace(/(^|\.)[x*].*$/i, "");
  if (digits === "") return true;
  const bound = versionOf(digits);
  if (bound === undefined) return false;
  const order = compare(version, bound);
  if (operator === ">=") return order >= 0;
  if (operator === "<") return order < 0;
  if (operator === ">") return order > 0;
  if (operator === "<=") return order <= 0;
  const given = digits.split(".").length;
  const fixed = operator === "^" ? 1 : operator === "~" ? Math.min(2, given) : given;
  return order >= 0 && bound.slice(0, fixed).every((part, i) => part === version[i]);
}

function compare(one: Version, other: Version): number {
  return one[0] - other[0] || one[1] - other[1] || one[2] - other[2];
}

function read(name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(root, name), "utf8")) as Record<string, unknown>;
}

if (isMain(import.meta.url)) {
  const { node } = read("package.json")["engines"] as { node: string };
  const packages = read("package-lock.json")["packages"] as Record<string, LockedPackage>;
  report("engines", checkEngines(node, packages, newer));
}
