import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runToEnd } from "../../tools/processes.js";
import { grpcioVersion } from "../interop/peers/python.js";
import { npmPackages, pythonPackages } from "./corpora.js";

/** `protoc` with what it needs, and where it keeps the well-known types. */
export interface Protoc {
  readonly version: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly includeDir: string;
}

const installTimeoutMs = 240_000;
/** Written last: a folder without it is half made. */
const stampName = "installed";

/** Packages with `.proto` files in them, below `<folder>/npm`. */
export async function installNpm(folder: string): Promise<void> {
  const dir = join(folder, "npm");
  if (isInstalled(dir, npmPackages)) return;
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, "package.json"), '{ "private": true }\n');
  const args = ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-save", "--omit=peer", ...npmPackages];
  await step("npm", args, dir);
  stamp(dir, npmPackages);
}

/**
 * Python packages with `.proto` files in them, and the `protoc` of grpcio-tools, in an environment of their own.
 * `python/data` and `python/site-packages` are where their files are.
 */
export async function installPython(folder: string): Promise<Protoc> {
  const dir = join(folder, "python");
  const python = join(dir, "bin", "python");
  const wanted = [`grpcio-tools==${grpcioVersion}`, ...pythonPackages];
  if (!isInstalled(dir, wanted)) {
    rmSync(dir, { recursive: true, force: true });
    await step("python3", ["-m", "venv", dir], folder);
    const install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    await step(python, [...install, wanted[0] as string], folder);
    // Only their files matter, not what their code needs.
    await step(python, [...install, "--no-deps", ...pythonPackages], folder);
    symlinkSync(sitePackages(dir), join(dir, "site-packages"));
    stamp(dir, wanted);
  }
  const args = ["-m", "grpc_tools.protoc"];
  const version = (await step(python, [...args, "--version"], folder)).trim().replace("libprotoc ", "");
  return { version, command: python, args, includeDir: join(dir, "site-packages/grpc_tools/_proto") };
}

/** Its name has the version of Python in it. */
function sitePackages(dir: string): string {
  const name = readdirSync(join(dir, "lib")).find((one) => one.startsWith("python"));
  if (name === undefined) throw new Error(`${dir} has no lib/python*`);
  return join(dir, "lib", name, "site-packages");
}

function isInstalled(dir: string, packages: readonly string[]): boolean {
  const path = join(dir, stampName);
  return existsSync(path) && readFileSync(path, "utf8") === packages.join("\n");
}

function stamp(dir: string, packages: readonly string[]): void {
  writeFileSync(join(dir, stampName), packages.join("\n"));
}

async function step(command: string, args: readonly string[], cwd: string): Promise<string> {
  mkdirSync(cwd, { recursive: true });
  const { code, output } = await runToEnd(command, args, { timeoutMs: installTimeoutMs, cwd });
  if (code === 0) return output;
  throw new Error(`${command} ${args.slice(0, 3).join(" ")} ended with ${code}: ${output.trim().split("\n").at(-1)}`);
}
