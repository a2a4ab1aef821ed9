import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, relative } from "node:path";
import { fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { readBreakingSettings, settingsOf } from "../breaking/breaking-settings.js";
import { findBreakingChanges, type Version } from "../breaking/compare-files.js";
import type { FileRules } from "../breaking/report.js";
import type { Category } from "../breaking/rules-table.js";
import { type CompiledFiles, compileFiles, compileRoots } from "../generate/compile-files.js";
import { readBufProject } from "../proto/buf-modules.js";
import { type ImportRoot, isWithin } from "../proto/import-root.js";
import { checkOutProtos, repositoryRoot } from "./breaking-git.js";
import { asCliError, checksByModule, moduleOf } from "./buf-checks.js";
import { CliError, ExitCode } from "./exit-code.js";
import type { CliIo } from "./io.js";
import { compileOrTell, pathsByName } from "./lint-compile.js";
import { printFindings } from "./lint-findings.js";
import { checkPaths } from "./paths.js";

/** The command line of `peregrine breaking`, as commander names it. */
export interface BreakingFlags {
  readonly paths: readonly string[];
  readonly against: string;
  readonly include?: readonly string[];
  readonly category?: Category;
  readonly json: boolean;
}

/** The files before, and how people find those that are gone. */
interface Before extends Version {
  readonly paths: ReadonlyMap<string, string>;
}

/** Compares once. */
export async function runBreaking(flags: BreakingFlags, io: CliIo): Promise<ExitCode> {
  checkPaths(flags.paths);
  const compiled = compileOrTell(() => compileFiles(flags.paths, flags.include ?? []), flags.json, io);
  if (compiled === undefined) return ExitCode.failure;
  const before = readBefore(flags, compiled, io);
  if (before === undefined) return ExitCode.failure;
  const names = compiled.inputs.files.map((file) => file.importName);
  const isWhole = flags.paths.every((path) => !path.endsWith(".proto"));
  // Who names files asks about these; others are not gone because they were not named.
  const beforeNames = isWhole ? before.names : before.names.filter((name) => names.includes(name));
  const paths = pathsByName(compiled);
  const findings = findBreakingChanges(
    { files: before.files, names: beforeNames },
    { files: compiled.files, names },
    rulesByFile(flags, compiled, (name) => paths.get(name) ?? before.paths.get(name)),
  );
  const placed = findings.map((one) => ({
    ...one,
    file: paths.get(one.file) ?? before.paths.get(one.file) ?? one.file,
  }));
  printFindings(placed, flags.json, io);
  return findings.length === 0 ? ExitCode.ok : ExitCode.failure;
}

/** What holds for each file: what its module says, and of a file that is gone the module in which it was. */
function rulesByFile(
  { category }: BreakingFlags,
  compiled: CompiledFiles,
  pathOf: (name: string) => string | undefined,
): (name: string) => FileRules {
  checksByModule(compiled);
  const all = compiled.inputs.projects.flatMap((project) => project.checks);
  const settings = new Map(all.map((checks) => [checks, asCliError(() => readBreakingSettings(checks))]));
  const plain = settingsOf(category ?? "FILE");
  return (name) => {
    const path = pathOf(name);
    const known = path === undefined ? undefined : moduleOf(path, all);
    // A file that is gone, from elsewhere: where it would be in the first module.
    const checks = known ?? all[0];
    const own = checks && settings.get(checks);
    const place = known === undefined && checks !== undefined ? join(checks.module.dir, name) : path;
    if (own === undefined) return { settings: plain, path: place };
    return { settings: category === undefined ? own : { ...own, rules: plain.rules }, path: place };
  };
}

function readBefore(flags: BreakingFlags, now: CompiledFiles, io: CliIo): Before | undefined {
  const { against } = flags;
  if (!existsSync(against)) return fromRevision(flags, now, io);
  if (statSync(against).isDirectory()) {
    const compiled = compileOrTell(() => compileDirectory(against, now), flags.json, io);
    return compiled && versionOf(compiled, (path) => path);
  }
  return fromDescriptorSet(
    against,
    now.inputs.files.map((one) => one.importName),
  );
}

/** The modules of its own configuration, else all of it. Packages are those that are installed now. */
function compileDirectory(dir: string, now: CompiledFiles): CompiledFiles {
  const roots = readBufProject(dir)?.modules ?? [{ dir }];
  return compileRoots([...new Set(roots.map((root) => root.dir))], roots, now.packageDirs);
}

/** Where git does not have the directory, nobody has another version of it. */
function movedRoot(root: ImportRoot, moved: (path: string) => string): ImportRoot {
  if (!existsSync(moved(root.dir))) return root;
  const { dir, includes = [], excludes = [] } = root;
  return { dir: moved(dir), includes: includes.map(moved), excludes: excludes.map(moved) };
}

/** The path without links; of what does not exist, that of the directory around it. */
function realPath(path: string): string {
  return existsSync(path) ? realpathSync(path) : join(realPath(dirname(path)), basename(path));
}

function versionOf(compiled: CompiledFiles, display: (path: string) => string): Before {
  const paths = new Map([...pathsByName(compiled)].map(([name, path]) => [name, display(path)]));
  return { files: compiled.files, names: [...paths.keys()], paths };
}

function fromDescriptorSet(path: string, nowNames: readonly string[]): Before {
  try {
    const { file } = fromBinary(FileDescriptorSetSchema, readFileSync(path));
    if (file.length === 0) throw new Error("it has no files");
    // Those of Protobuf itself are in every set: they count where they are among the files of now.
    const isOwn = (name: string): boolean => !name.startsWith("google/protobuf/") || nowNames.includes(name);
    const names = file.map((one) => one.name).filter(isOwn);
    return { files: file, names, paths: new Map() };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CliError(`${path}: not a descriptor set (as written by buf build or protoc --include_imports): ${why}`);
  }
}

function fromRevision(flags: BreakingFlags, now: CompiledFiles, io: CliIo): Before | undefined {
  const root = repositoryRoot(flags.against);
  const dir = realpathSync(mkdtempSync(join(tmpdir(), "peregrine-breaking-")));
  try {
    checkOutProtos(root, flags.against, dir);
    const moved = (path: string): string => join(dir, relative(root, realPath(path)));
    const { paths } = now.inputs;
    const existing = paths.map(moved).filter((path) => existsSync(path));
    if (existing.length === 0) throw new CliError(`${paths.join(", ")}: not in the revision ${flags.against}`);
    const roots = now.inputs.roots.map((one) => (isWithin(realPath(one.dir), root) ? movedRoot(one, moved) : one));
    const compiled = compileOrTell(() => compileRoots(existing, roots, now.packageDirs), flags.json, io);
    return compiled && versionOf(compiled, (path) => relative(process.cwd(), join(root, relative(dir, path))));
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
