import { readFileSync } from "node:fs";
import { join, resolve, sep } from "node:path";

/**
 * The directories that import paths begin in by a project's `buf.yaml`: the modules of version 2; else those of a
 * `buf.work.yaml`; else, for a `buf.yaml` of version 1, the directory itself. Only these lists are read of the files.
 *
 * @returns none when there is no such file
 */
export function bufModuleDirs(projectDir: string): string[] {
  const work = textOf(join(projectDir, "buf.work.yaml"));
  if (work !== undefined) return inside(projectDir, listOf(work, "directories"));
  const config = textOf(join(projectDir, "buf.yaml"));
  if (config === undefined) return [];
  const modules = inside(projectDir, listOf(config, "modules"));
  return modules.length > 0 ? modules : [projectDir];
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    // Not there, or nothing that a file can be read from: then it configures nothing.
    return undefined;
  }
}

/** Modules cannot lie outside of their project. */
function inside(projectDir: string, paths: readonly string[]): string[] {
  const root = resolve(projectDir);
  return paths
    .map((path) => join(projectDir, path))
    .filter((path) => resolve(path) === root || resolve(path).startsWith(root.endsWith(sep) ? root : root + sep));
}

/** The strings of a list at the top of a YAML text, or the `path` of each of its maps. */
function listOf(yaml: string, key: string): string[] {
  const items: string[] = [];
  let isIn = false;
  // The column of the dashes: deeper ones are of lists in the items.
  let dashes = -1;
  for (const line of yaml.split(/\r?\n/)) {
    const text = line.replace(/(^|\s)#.*$/, "").trimEnd();
    if (text === "") continue;
    if (/^[^\s-]/.test(text)) {
      isIn = text === `${key}:`;
      dashes = -1;
      continue;
    }
    const match = isIn ? /^(\s*)(-\s+)?(?:(path):\s*)?([^:\s][^:]*)$/.exec(text) : null;
    if (match === null) {
      if (isIn && dashes === -1) dashes = text.indexOf("-");
      continue;
    }
    const [, indent = "", dash, path, value = ""] = match;
    if (dash !== undefined && dashes === -1) dashes = indent.length;
    const isItem = dash !== undefined ? indent.length === dashes : path !== undefined && indent.length === dashes + 2;
    if (isItem && (path !== undefined || key === "directories")) items.push(unquoted(value));
  }
  return items;
}

function unquoted(value: string): string {
  const match = /^(["'])(.*)\1$/.exec(value);
  return match?.[2] ?? value;
}
