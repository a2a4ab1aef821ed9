import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { root } from "../../tools/files.js";
import { type Stage, walkDockerfile } from "./dockerfile.js";

// Makes a project with `peregrine new`, installs our package as it is packed, without network, and runs what a user runs first; then
// goes through its Dockerfile. No image is built: what a base image brings is not looked at.
const runFile = promisify(execFile);
const dir = mkdtempSync(join(tmpdir(), "peregrine-new-"));
try {
  await runFile(process.execPath, [join(root, "bin/peregrine.js"), "new", "@acme/shop"], { cwd: dir });
  const project = join(dir, "shop");
  const packed = await pack(dir);
  const stage = await walkDockerfile(project, dir, (command, at) => runInImage(command, at, packed));
  await install(project, packed);
  await runTests(project);
  await startAndCall(project);
  await startImage(stage, project);
  console.log("new: a project was made, tested, started and called, and its Dockerfile gone through without Docker");
} finally {
  rmSync(dir, { recursive: true });
}

async function pack(into: string): Promise<string> {
  const args = ["pack", "--ignore-scripts", "--json", "--pack-destination", into];
  const packed = await runFile("npm", args, { cwd: root });
  const [{ filename }] = JSON.parse(packed.stdout) as [{ filename: string }];
  return join(into, filename);
}

/** As npm would, from what is here: our package as it is packed, and what it and the project depend on. */
async function install(project: string, packed: string): Promise<void> {
  const modules = join(project, "node_modules");
  mkdirSync(join(modules, "peregrine"), { recursive: true });
  mkdirSync(join(modules, ".bin"));
  await runFile("tar", ["-xzf", packed, "--strip-components=1", "-C", join(modules, "peregrine")]);
  for (const name of ["@bufbuild", "@types", "commander", "yaml", "typescript"]) {
    symlinkSync(join(root, "node_modules", name), join(modules, name));
  }
  symlinkSync("../peregrine/bin/peregrine.js", join(modules, ".bin", "peregrine"));
  symlinkSync(join(root, "node_modules", ".bin", "tsc"), join(modules, ".bin", "tsc"));
}

async function runTests(project: string): Promise<void> {
  const env = { ...process.env, npm_config_offline: "true" };
  const { stdout } = await runFile("npm", ["test"], { cwd: project, env, timeout: 120_000 });
  assert.match(stdout, /pass 5\b/);
}

async function startAndCall(project: string): Promise<void> {
  const { scripts } = JSON.parse(readFileSync(join(project, "package.json"), "utf8")) as { scripts: { start: string } };
  // npm passes no signals on in all its versions, so what it would start is started here.
  assert.match(scripts.start, / && node dist\/main\.js$/);
  await withServer(["dist/main.js"], project, {}, (target) => call(project, target));
}

async function call(project: string, target: string): Promise<void> {
  const client = await runFile(process.execPath, ["dist/client.js", "Ann", target], { cwd: project, timeout: 60_000 });
  assert.deepEqual(client.stdout.split("\n").slice(0, 2), ["Hello, Ann", "Hello, Ann, for the 1. time"]);
}

/** Runs what the image would run, with what it would have, and its health check. */
async function startImage(stage: Stage, project: string): Promise<void> {
  const [node, ...args] = stage.command ?? [];
  const [probe, ...asked] = stage.healthcheck ?? [];
  assert.equal(node, "node");
  assert.equal(asked.at(-1), "127.0.0.1:50051");
  const cwd = join(stage.dir, stage.workdir);
  const check = (target: string): Promise<{ stdout: string }> =>
    runFile(join(cwd, probe as string), [...asked.slice(0, -1), target], { cwd, timeout: 60_000 });
  const target = await withServer(args, cwd, stage.env, async (target) => {
    assert.equal((await check(target)).stdout, "SERVING\n");
    await call(project, target);
  });
  await assert.rejects(check(target), { code: 2 }, "nobody is there any more");
}

/** Of the commands of a RUN, those that ask a registry are done from what is here. */
async function runInImage(command: string, at: string, packed: string): Promise<void> {
  if (command === "npm install") await install(at, packed);
  else if (command === "npm prune --omit=dev") prune(at);
  else if (command === "npm run build") await runFile("npm", ["run", "build"], { cwd: at, timeout: 120_000 });
  else throw new Error("this command is not known here");
}

function prune(at: string): void {
  const manifest = JSON.parse(readFileSync(join(at, "package.json"), "utf8")) as { devDependencies: object };
  for (const name of Object.keys(manifest.devDependencies)) rmSync(join(at, "node_modules", name.replace(/\/.*/, "")));
  rmSync(join(at, "node_modules/.bin/tsc"));
}

/** Starts a server on a free port, and ends it as an orchestrator does. Gives where it listened. */
async function withServer(
  args: readonly string[],
  cwd: string,
  more: Readonly<Record<string, string>>,
  work: (target: string) => Promise<void>,
): Promise<string> {
  const env = { ...process.env, ...more, LISTEN: "127.0.0.1:0" };
  const stdio: ["ignore", "pipe", "inherit"] = ["ignore", "pipe", "inherit"];
  const server = spawn(process.execPath, args, { cwd, env, stdio, timeout: 60_000 });
  server.stdout.setEncoding("utf8");
  const [line] = (await once(server.stdout, "data")) as [string];
  const target = /Listening on (\S+)/.exec(line)?.[1] as string;
  try {
    await work(target);
  } finally {
    server.kill("SIGTERM");
    await once(server, "close");
  }
  assert.equal(server.exitCode, 0, "it ends by itself when it is told to");
  return target;
}
