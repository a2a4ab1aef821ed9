import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { dirname, normalize } from "node:path/posix";
import { findAnchors, findLinks } from "./markdown.js";

/** Checks that relative links lead to a file that exists, and their anchors to a heading. Paths are from `base`. */
export function checkLinks(base: string, paths: readonly string[]): string[] {
  return paths.flatMap((path) =>
    findLinks(readFileSync(join(base, path), "utf8")).flatMap(({ target, line }) => {
      const problem = checkLink(base, path, target);
      return problem === undefined ? [] : [`${path}:${line}: ${problem}`];
    }),
  );
}

function checkLink(base: string, path: string, target: string): string | undefined {
  if (/^[a-z][a-z+.-]*:/i.test(target)) return undefined;
  const [file = "", anchor] = target.split("#");
  const place = file === "" ? path : normalize(join(dirname(path), decodeURI(file)));
  if (!existsSync(join(base, place))) return `link to ${place}, which does not exist`;
  if (anchor === undefined || anchor === "" || !place.endsWith(".md")) return undefined;
  const anchors = findAnchors(readFileSync(join(base, place), "utf8"));
  return anchors.has(anchor) ? undefined : `link to the heading #${anchor}, which ${place} does not have`;
}
