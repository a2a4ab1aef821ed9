import { spawnSync } from "node:child_process";
import { mkdirSync, realpathSync, writeFileSync } from "node:fs";
import { dirname, join, resolve, sep } from "node:path";
import { CliError } from "./exit-code.js";

/** A revision with more is not a source tree that somebody meant to compare. */
const filesMax = 20_000;
const bytesMax = 256 << 20;
const gitTimeoutMs = 60_000;

/** The top directory of the git repository around the current directory. */
export function repositoryRoot(revision: string): string {
  const what = `${revision}: no such directory or file`;
  const run = git(process.cwd(), ["rev-parse", "--show-toplevel"], "", what);
  return realpathSync(run.toString("utf8").trimEnd());
}

/** Writes all `.proto` files of a revision below a directory, by their paths from the root. */
export function checkOutProtos(root: string, revision: string, dir: string): void {
  const missing = `${revision}: no such directory or file, and no revision of ${root}`;
  const verify = ["rev-parse", "--verify", "--quiet", "--end-of-options", `${revision}^{commit}`];
  const commit = git(root, verify, "", missing).toString("utf8").trim();
  const blobs = listProtos(root, commit, revision);
  const input = blobs.map((blob) => `${blob.hash}\n`).join("");
  const output = git(root, ["cat-file", "--batch"], input, `${revision}: the files cannot be read`);
  let at = 0;
  for (const blob of blobs) {
    const lineEnd = output.indexOf(10, at);
    const size = Number(output.toString("latin1", at, lineEnd).split(" ")[2]);
    if (lineEnd === -1 || !Number.isInteger(size)) throw new CliError(`${revision}: git does not have ${blob.path}`);
    writeInside(dir, blob.path, output.subarray(lineEnd + 1, lineEnd + 1 + size));
    at = lineEnd + 1 + size + 1;
  }
}

interface Blob {
  readonly path: string;
  readonly hash: string;
}

function listProtos(root: string, commit: string, revision: string): Blob[] {
  const tree = git(root, ["ls-tree", "-r", "-z", "--full-tree", commit], "", `${revision}: the tree cannot be read`);
  const blobs: Blob[] = [];
  for (const line of tree.toString("utf8").split("\0")) {
    // A link (mode 120000) has no text of its own.
    const match = /^100\d{3} blob ([0-9a-f]+)\t([\s\S]+\.proto)$/.exec(line);
    if (match !== null) blobs.push({ hash: match[1]!, path: match[2]! });
  }
  if (blobs.length > filesMax) throw new CliError(`${revision}: has ${blobs.length} .proto files, at most ${filesMax}`);
  return blobs;
}

function writeInside(dir: string, path: string, bytes: Uint8Array): void {
  const target = join(dir, path);
  if (!resolve(target).startsWith(resolve(dir) + sep)) throw new CliError(`${path}: leads out of the repository`);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, bytes);
}

function git(cwd: string, args: readonly string[], input: string, what: string): Buffer {
  const run = spawnSync("git", args, { cwd, input, maxBuffer: bytesMax, timeout: gitTimeoutMs });
  if (run.error !== undefined) {
    const code = (run.error as NodeJS.ErrnoException).code;
    const why = code === "ENOENT" ? "git is not installed" : run.error.message;
    throw new CliError(`${what}: ${why}`);
  }
  if (run.status === 0) return run.stdout;
  const why = run.stderr.toString("utf8").trim();
  throw new CliError(why === "" ? what : `${what}: ${why}`);
}
