import { generatedPath } from "./import-path.js";
import type { ImportMapping } from "./options.js";

/**
 * The module that a mapping names for an import name: `<target>/buf/validate/validate_pb.js`, or, where the target is
 * relative to the output directory, the path of the generated file there.
 *
 * @returns undefined when no pattern fits
 */
export function mappedModule(protoName: string, mappings: readonly ImportMapping[]): string | undefined {
  const found = mappings.find(({ pattern }) => patternRegExp(pattern).test(protoName));
  if (found === undefined) return undefined;
  const target = found.target.replace(/\/$/, "");
  const path = generatedPath(protoName);
  if (/^\.{1,2}(\/|$)/.test(target)) return `${target}/${path}`.replace(/^(\.\/)+/, "");
  return `${target}/${path.replace(/\.ts$/, ".js")}`;
}

/** Reads `PATTERN:TARGET`. */
export function parseMapping(text: string): ImportMapping {
  const at = text.indexOf(":");
  if (at > 0 && at < text.length - 1) return { pattern: text.slice(0, at), target: text.slice(at + 1) };
  throw new TypeError(
    `mapping ${JSON.stringify(text)}: it must be PATTERN:TARGET, as in buf/validate/:@bufbuild/protovalidate/gen`,
  );
}

/** As in protoc-gen-es: `**\/` any directories, `**` anything, `*` anything in one of them, a last `/` all below. */
function patternRegExp(pattern: string): RegExp {
  const source = pattern.replace(/\*\*\/|\*\*|\*|\/$|[^*\w/]/g, (part) => {
    if (part === "**/") return "(?:[^/]+/)*";
    if (part === "**") return ".*";
    if (part === "*") return "[^/]*";
    return part === "/" ? "/.*" : `\\${part}`;
  });
  return new RegExp(`^${source}$`, "s");
}
