import { dirname, resolve } from "node:path";
import { type Config, readConfig } from "./config-file.js";
import { ancestors, displayed, isDirectory } from "./file-reader.js";
import { type ImportRoot, isWithin } from "./import-root.js";
import { InputError } from "./input-error.js";

/** What the configuration of a `buf` project says about its files. */
export interface BufProject {
  /** The file that says so: `buf.yaml` or `buf.work.yaml`. */
  readonly path: string;
  /** Where import names begin, in order. */
  readonly modules: readonly ImportRoot[];
  /** Modules of a registry that the project imports from. */
  readonly deps: readonly string[];
  /** How the files of each module are checked. */
  readonly checks: readonly ModuleChecks[];
}

/** What the configuration says about checks of a module. */
export interface ModuleChecks {
  readonly module: ImportRoot;
  readonly version: BufVersion;
  /** The whole file. */
  readonly file: Config;
  /** The map of checks, where paths are from the directory of the file. */
  readonly lint: Config;
  readonly breaking: Config;
}

const versions = ["v2", "v1", "v1beta1"] as const;
export type BufVersion = (typeof versions)[number];

/**
 * The directories that import paths begin in by a project's `buf.work.yaml` or `buf.yaml`: the modules of version 2, the
 * directories of a workspace, else the directory itself.
 *
 * @returns none when there is no such file
 * @throws {InputError} when there is one that cannot be used
 */
export function bufModuleDirs(projectDir: string): string[] {
  return [...new Set(readBufProject(projectDir)?.modules.map((module) => module.dir))];
}

/**
 * The `buf` project that a directory itself has.
 *
 * @returns undefined when the directory has no `buf.work.yaml` and no `buf.yaml`
 * @throws {InputError} when there is one that cannot be used
 */
export function readBufProject(dir: string): BufProject | undefined {
  return readWorkspace(dir) ?? readModules(dir);
}

/**
 * The `buf` project that a path belongs to: the nearest around it that has a module with the path, or a module below it. A
 * module with a `buf.yaml` of its own may be part of a workspace further out.
 *
 * @throws {InputError} as {@link readBufProject}
 */
export function findBufProject(path: string): BufProject | undefined {
  const start = resolve(path);
  const belongs = ({ modules }: BufProject): boolean =>
    modules.some(({ dir }) => isWithin(start, dir) || isWithin(dir, start));
  let single: BufProject | undefined;
  for (const dir of ancestors(isDirectory(start) ? start : dirname(start))) {
    const shown = displayed(dir) || ".";
    const workspace = readWorkspace(shown);
    if (workspace !== undefined && belongs(workspace)) return workspace;
    const project = single === undefined ? readModules(shown) : undefined;
    if (project !== undefined && belongs(project)) single = project;
  }
  return single;
}

function readWorkspace(dir: string): BufProject | undefined {
  const config = readConfig(dir, "buf.work.yaml");
  if (config === undefined) return undefined;
  checkVersion(config, ["v1", "v1beta1"]);
  const dirs = config.texts("directories").map((path) => moduleDir(config, path));
  const own = dirs.map((one) => readModules(one) ?? { modules: [{ dir: one }], deps: [], checks: [] });
  return {
    path: config.path,
    modules: own.flatMap((one) => one.modules),
    deps: [...new Set(own.flatMap((one) => one.deps))],
    checks: own.flatMap((one) => one.checks),
  };
}

function readModules(dir: string): BufProject | undefined {
  const config = readConfig(dir, "buf.yaml");
  if (config === undefined) return undefined;
  const version = checkVersion(config, versions);
  const modules = version === "v2" ? modulesOf(config) : rootsOf(config);
  const parts = version === "v2" ? config.parts("modules") : [];
  const checks = modules.map((module, i) => checksOf(config, version, module, parts[i]));
  return { path: config.path, modules, deps: config.texts("deps"), checks };
}

/** What a module of version 2 says takes the place of what the file says. */
function checksOf(file: Config, version: BufVersion, module: ImportRoot, own: Config | undefined): ModuleChecks {
  const part = (key: string): Config => (own?.has(key) === true ? own : file).part(key);
  return { module, version, file, lint: part("lint"), breaking: part("breaking") };
}

function checkVersion<Version extends string>(config: Config, known: readonly Version[]): Version {
  const version = known.find((one) => one === config.text("version"));
  if (version !== undefined) return version;
  const given = config.text("version");
  const what = given === undefined ? "the version is not set" : `the version is ${JSON.stringify(given)}`;
  throw new InputError(`${config.path}: ${what}: set it to one of ${known.join(", ")}`);
}

/** Version 2. What is left out is named from the directory of the file, as everywhere. */
function modulesOf(config: Config): ImportRoot[] {
  const modules = config.parts("modules");
  if (modules.length === 0) return [{ dir: moduleDir(config, ".") }];
  return modules.map((module) => ({
    dir: moduleDir(module, module.text("path") ?? "."),
    includes: module.texts("includes").map((path) => module.inside(path)),
    excludes: module.texts("excludes").map((path) => module.inside(path)),
  }));
}

/** Versions before: `roots` was in v1beta1 only. */
function rootsOf(config: Config): ImportRoot[] {
  const build = config.part("build");
  const roots = build.texts("roots");
  const excludes = build.texts("excludes").map((path) => build.inside(path));
  return (roots.length > 0 ? roots : ["."]).map((root) => ({ dir: moduleDir(build, root), excludes }));
}

function moduleDir(config: Config, path: string): string {
  const dir = config.inside(path);
  if (isDirectory(dir)) return dir;
  throw new InputError(`${config.path}: there is no directory ${JSON.stringify(path)}: name the directory of a module`);
}
