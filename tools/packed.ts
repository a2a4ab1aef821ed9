import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { isMain, report, root } from "./files.js";
import { findImports } from "./imports.js";
import { findLinks } from "./markdown.js";

/** What `package.json` promises to its users. */
export interface Manifest {
  readonly bin: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, Target>>;
}

/** A file, or what leads to one under a condition. */
type Target = string | { readonly [condition: string]: Target };

/** What a tarball must not hold: tests, their helpers, source maps, sources. */
const unwanted = /\.(test|testing|fixture)\.|\.map$|(?<!\.d)\.ts$|(^|\/)(test|tools|bench|examples)\//;

/**
 * What is wrong with a package that holds these files: a promise of `package.json` that no file keeps, an import that
 * leads nowhere, a file that no user needs.
 *
 * @param read the text of a packed file
 */
export function packageFaults(
  manifest: Manifest,
  files: readonly string[],
  read: (path: string) => string,
): readonly string[] {
  const packed = new Set(files);
  const faults: string[] = [];
  for (const { name, path } of promised(manifest)) {
    if (!packed.has(path)) faults.push(`package: ${name} leads to ${path}, which is not packed`);
  }
  for (const path of files) {
    if (unwanted.test(path)) faults.push(`package: ${path} is packed, but no user needs it`);
    if (/\.(js|d\.ts)$/.test(path)) faults.push(...deadImports(path, read(path), packed));
    if (path === "README.md") faults.push(...deadLinks(path, read(path), packed));
  }
  return faults;
}

function promised({ bin, exports }: Manifest): { name: string; path: string }[] {
  const commands = Object.entries(bin).map(([name, path]) => ({ name: `bin ${name}`, path }));
  const entries = Object.entries(exports).flatMap(([name, target]) =>
    filesOf(target).map((path) => ({ name: `export ${name}`, path })),
  );
  return [...commands, ...entries].map(({ name, path }) => ({ name, path: posix.normalize(path) }));
}

function filesOf(target: Target): string[] {
  return typeof target === "string" ? [target] : Object.values(target).flatMap(filesOf);
}

function deadImports(path: string, text: string, packed: ReadonlySet<string>): string[] {
  const dead: string[] = [];
  for (const { specifier } of findImports({ path, text })) {
    if (!specifier.startsWith(".")) continue;
    const target = posix.join(posix.dirname(path), specifier);
    const file = path.endsWith(".d.ts") ? target.replace(/\.js$/, ".d.ts") : target;
    if (!packed.has(file)) dead.push(`package: ${path} imports ${specifier}, which is not packed`);
  }
  return dead;
}

/** Who reads it in `node_modules`, or where packages are shown, has the packed files and no other. */
function deadLinks(path: string, text: string, packed: ReadonlySet<string>): string[] {
  return findLinks(text).flatMap(({ target, line }) => {
    const file = target.split("#")[0] as string;
    if (file === "" || /^[a-z][a-z+.-]*:/i.test(file) || packed.has(posix.join(posix.dirname(path), file))) return [];
    return [`package: ${path}:${line} links to ${file}, which is not packed`];
  });
}

/**
 * The paths that `npm pack` would put into the tarball of a folder. The folder's own `.npmrc` turns scripts off, so that
 * nothing is built here: build first.
 */
export function listPacked(folder: string): string[] {
  const output = execFileSync("npm", ["pack", "--dry-run", "--ignore-scripts", "--json"], {
    cwd: folder,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  const [{ files }] = JSON.parse(output) as [{ files: { path: string }[] }];
  return files.map(({ path }) => path);
}

/** Checks what `npm pack` makes of the repository as it is built now. */
export function checkPacked(): number {
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Manifest;
  const faults = packageFaults(manifest, listPacked(root), readText);
  report("package", faults);
  return faults.length === 0 ? 0 : 1;
}

function readText(path: string): string {
  const full = join(root, path);
  return existsSync(dirname(full)) ? readFileSync(full, "utf8") : "";
}

if (isMain(import.meta.url)) process.exitCode = checkPacked();
