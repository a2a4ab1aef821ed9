import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { root } from "../../tools/files.js";

// Makes a project with `peregrine new`, installs our package as it is packed, without network, and runs what a user runs first.
const runFile = promisify(execFile);
const dir = mkdtempSync(join(tmpdir(), "peregrine-new-"));
try {
  await runFile(process.execPath, [join(root, "bin/peregrine.js"), "new", "@acme/shop"], { cwd: dir });
  const project = join(dir, "shop");
  await install(project);
  await runTests(project);
  await startAndCall(project);
  console.log("new: a project was made, tested, started and called");
} finally {
  rmSync(dir, { recursive: true });
}

/** As npm would, from what is here: our package as it is packed, and what it and the project depend on. */
async function install(project: string): Promise<void> {
  const modules = join(project, "node_modules");
  mkdirSync(join(modules, "peregrine"), { recursive: true });
  mkdirSync(join(modules, ".bin"));
  const pack = ["pack", "--ignore-scripts", "--json", "--pack-destination", project];
  const packed = await runFile("npm", pack, { cwd: root });
  const [{ filename }] = JSON.parse(packed.stdout) as [{ filename: string }];
  await runFile("tar", ["-xzf", join(project, filename), "--strip-components=1", "-C", join(modules, "peregrine")]);
  for (const name of ["@bufbuild", "@types", "commander", "yaml", "typescript"]) {
    symlinkSync(join(root, "node_modules", name), join(modules, name));
  }
  symlinkSync("../peregrine/bin/peregrine.js", join(modules, ".bin", "peregrine"));
  symlinkSync(join(root, "node_modules", ".bin", "tsc"), join(modules, ".bin", "tsc"));
}

async function runTests(project: string): Promise<void> {
  const env = { ...process.env, npm_config_offline: "true" };
  const { stdout } = await runFile("npm", ["test"], { cwd: project, env, timeout: 120_000 });
  assert.match(stdout, /pass 4\b/);
}

async function startAndCall(project: string): Promise<void> {
  const { scripts } = JSON.parse(readFileSync(join(project, "package.json"), "utf8")) as { scripts: { start: string } };
  // npm passes no signals on in all its versions, so what it would start is started here.
  assert.match(scripts.start, / && node dist\/main\.js$/);
  const env = { ...process.env, LISTEN: "127.0.0.1:0" };
  const stdio: ["ignore", "pipe", "inherit"] = ["ignore", "pipe", "inherit"];
  const server = spawn(process.execPath, ["dist/main.js"], { cwd: project, env, stdio, timeout: 60_000 });
  server.stdout.setEncoding("utf8");
  const [line] = (await once(server.stdout, "data")) as [string];
  const target = /Listening on (\S+)/.exec(line)?.[1] as string;
  const client = await runFile(process.execPath, ["dist/client.js", "Ann", target], { cwd: project, timeout: 60_000 });
  assert.equal(client.stdout.split("\n")[0], "Hello, Ann");
  server.kill("SIGTERM");
  await once(server, "close");
  assert.equal(server.exitCode, 0, "it ends by itself when it is told to");
}
