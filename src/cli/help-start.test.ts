import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { makeDir } from "./cli.testing.js";

const bin = fileURLToPath(new URL("../../../bin/peregrine.js", import.meta.url));
const lib = new URL("../../lib/", import.meta.url).href;

interface Coverage {
  readonly result: readonly { readonly url: string }[];
}

describe("the start of the command line", () => {
  const dir = makeDir({});
  after(() => rmSync(dir, { recursive: true }));

  /** Runs a command, and tells what Node loaded for it: modules of Node, and files. */
  function loadedBy(...args: readonly string[]): { readonly builtins: Set<string>; readonly files: string[] } {
    const coverage = join(dir, args.join("_"));
    const tell = "process.on('exit',()=>process._rawDebug(process.moduleLoadList.join()))";
    const run = spawnSync(process.execPath, ["--import", `data:text/javascript,${tell}`, bin, ...args], {
      env: { ...process.env, NODE_V8_COVERAGE: coverage },
      encoding: "utf8",
      timeout: 30_000,
    });
    assert.equal(run.status, 0, run.stderr);
    const file = readdirSync(coverage)[0] ?? "";
    const { result } = JSON.parse(readFileSync(join(coverage, file), "utf8")) as Coverage;
    const urls = result.map(({ url }) => url).filter((url) => url.startsWith("file:"));
    const builtins = run.stderr.split(",").map((name) => name.replace(/^.* /s, ""));
    return { builtins: new Set(builtins), files: urls };
  }

  // commander loads node:child_process, and that node:net.
  const network = ["tls", "http2", "dns"];

  it("loads the names of the commands for --help, and none of them, no library and no network", () => {
    const { builtins, files } = loadedBy("--help");
    for (const name of network) assert.ok(!builtins.has(name), name);
    assert.ok(builtins.has("fs"), "modules of Node are told");
    const own = files.filter((url) => url.startsWith(lib));
    const sizes = own.map((url) => statSync(fileURLToPath(url)).size);
    assert.ok(own.length > 0 && own.length <= 4, own.join("\n"));
    assert.ok(sizes.reduce((sum, size) => sum + size, 0) < 20_000, `${sizes}`);
    const others = files.filter(
      (url) => !url.startsWith(lib) && !/bin\/peregrine\.js$|node_modules\/commander\//.test(url),
    );
    assert.deepEqual(others, []);
  });

  it("loads no compiler, library or network for the help of a command", () => {
    for (const name of ["call", "bench", "mock", "completion"]) {
      const { builtins, files } = loadedBy(name, "--help");
      for (const one of network) assert.ok(!builtins.has(one), `${name}: ${one}`);
      const own = files.filter((url) => url.startsWith(lib));
      const bytes = own.reduce((sum, url) => sum + statSync(fileURLToPath(url)).size, 0);
      assert.ok(bytes < 50_000, `${name}: ${bytes} bytes of ${own.join("\n")}`);
    }
  });

  it("sees what is loaded where it is used", () => {
    const { files } = loadedBy("list", "--proto", fileURLToPath(new URL("../../../test/protos", import.meta.url)));
    assert.ok(files.some((url) => url.endsWith("compile.js")));
  });
});
