import { rmSync } from "node:fs";
import { join } from "node:path";
import { rollup } from "rollup";
import { isMain, root } from "./files.js";

/** What `package.json` exports and the commands start, by the names that the files get in `dist/lib`. */
const entries: Readonly<Record<string, string>> = {
  index: "dist/src/index.js",
  protobuf: "dist/src/protobuf.js",
  "protobuf-wkt": "dist/src/protobuf-wkt.js",
  gen: "dist/src/gen.js",
  rpc: "dist/src/rpc/index.js",
  proto: "dist/src/proto.js",
  testing: "dist/src/testing/index.js",
  cli: "dist/src/cli/main.js",
  plugin: "dist/src/cli/plugin-main.js",
};

/**
 * Joins the modules of `dist/src` into a few files in `dist/lib`: to find and load some 170 modules takes longer than
 * all that they do when a program starts. Nothing is renamed or made smaller, and other packages stay outside.
 */
export async function bundle(): Promise<number> {
  const output = join(root, "dist/lib");
  const input = Object.fromEntries(Object.entries(entries).map(([name, path]) => [name, join(root, path)]));
  const problems: string[] = [];
  const build = await rollup({
    input,
    external: (id) => !id.startsWith(".") && !id.startsWith("/") && !id.includes(root),
    onwarn: (warning) => problems.push(warning.message),
  });
  rmSync(output, { recursive: true, force: true });
  await build.write({ dir: output, format: "es", hoistTransitiveImports: false, chunkFileNames: "shared/[name].js" });
  await build.close();
  for (const problem of problems) console.error(`bundle: ${problem}`);
  return problems.length === 0 ? 0 : 1;
}

if (isMain(import.meta.url)) process.exitCode = await bundle();
