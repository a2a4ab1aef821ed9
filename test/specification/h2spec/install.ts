import { existsSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runToEnd } from "../../../tools/processes.js";

/** The newest that Go modules can give: later tags have a number that Go takes for another module. */
const version = "v2.2.1+incompatible";
const programs = ["h2spec", "h2specd"] as const;

/** Builds h2spec and h2specd once. Gives their folder, or why they cannot be had. */
export async function installH2spec(cacheFolder: string): Promise<{ folder: string } | { missing: string }> {
  const folder = join(cacheFolder, `h2spec-${version.split("+")[0]}`);
  if (programs.every((program) => existsSync(join(folder, program)))) return { folder };
  mkdirSync(folder, { recursive: true });
  const modules = programs.map((program) => `github.com/summerwind/h2spec/cmd/${program}@${version}`);
  // Outside of the repository, so that no go.mod is looked for; GOBIN says where the programs go.
  const options = { timeoutMs: 240_000, cwd: tmpdir(), env: { GOBIN: folder } };
  const { code, output } = await runToEnd("go", ["install", ...modules], options);
  if (code === 0) return { folder };
  if (code === 127) return { missing: "there is no go command" };
  return { missing: `go install ended with ${code}: ${output.trim().split("\n").at(-1)}` };
}
