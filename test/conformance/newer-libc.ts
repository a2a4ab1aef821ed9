import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The runner is built for glibc 2.38; Debian 12 has 2.36, its successor a newer one. */
const suite = "trixie";
const packages: readonly string[] = ["libc6", "libstdc++6", "libgcc-s1"];
const libraryDir = "usr/lib/x86_64-linux-gnu";
const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";
const timeoutMs = 120_000;

/** How to start a program with other libraries than the system's. */
export interface Loader {
  readonly command: string;
  readonly args: readonly string[];
}

function run(command: string, args: readonly string[], cwd: string): string {
  const result = spawnSync(command, args, { cwd, encoding: "utf8", timeout: timeoutMs });
  if (result.status === 0) return result.stdout;
  throw new Error(`${command} failed: ${result.error?.message ?? result.stderr.trim()}`);
}

/** The mirror that this machine takes its packages from. */
function mirror(dir: string): string {
  const sites = run("apt-get", ["indextargets", "--format", "$(SITE)"], dir).split("\n");
  const site = sites.find((one) => /\/debian\/?$/.test(one));
  if (site === undefined) throw new Error("apt knows no mirror of Debian");
  return site;
}

function download(dir: string): void {
  const root = join(dir, "root");
  for (const each of [root, join(dir, "lists", "partial"), join(dir, "cache", "archives", "partial")]) {
    mkdirSync(each, { recursive: true });
  }
  const list = join(dir, "sources.list");
  writeFileSync(list, `deb [signed-by=${keyring}] ${mirror(dir)} ${suite} main\n`);
  // Lists and cache of its own: nothing of the system's is changed.
  const settings = [
    `Dir::Etc::sourcelist=${list}`,
    "Dir::Etc::sourceparts=-",
    `Dir::State::lists=${join(dir, "lists")}`,
    `Dir::Cache=${join(dir, "cache")}`,
  ].flatMap((setting) => ["-o", setting]);
  run("apt-get", [...settings, "update"], dir);
  run("apt-get", [...settings, "download", ...packages], dir);
  for (const name of readdirSync(dir)) {
    if (name.endsWith(".deb")) run("dpkg", ["-x", name, "root"], dir);
  }
  // Documents, with links to packages that are not here, over which linters stumble.
  rmSync(join(root, "usr", "share"), { recursive: true, force: true });
}

/**
 * A loader with newer libraries, downloaded into a folder at first.
 * @throws {Error} where that cannot be had, and why
 */
export function newerLibc(dir: string): Loader {
  const libraries = join(dir, "root", libraryDir);
  const command = join(libraries, "ld-linux-x86-64.so.2");
  if (!existsSync(command)) download(dir);
  if (!existsSync(command)) throw new Error("the packages hold no loader");
  return { command, args: ["--library-path", libraries] };
}
