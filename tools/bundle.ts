import { cpSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { rollup } from "rollup";
import { isMain, root } from "./files.js";
import { shorten } from "./shorten.js";

/** What `package.json` exports, by the names that the files get in `dist/lib`. */
const entries: Readonly<Record<string, string>> = {
  index: "dist/src/index.js",
  protobuf: "dist/src/protobuf.js",
  "protobuf-wkt": "dist/src/protobuf-wkt.js",
  "protobuf-text": "dist/src/protobuf-text.js",
  gen: "dist/src/gen.js",
  rpc: "dist/src/rpc/index.js",
  proto: "dist/src/proto.js",
  services: "dist/src/services/index.js",
  testing: "dist/src/testing/index.js",
};

/** What the commands start. */
const commands: Readonly<Record<string, string>> = {
  cli: "dist/src/cli/main.js",
  plugin: "dist/src/cli/plugin-main.js",
  "bench-worker": "dist/src/cli/bench-worker.js",
};

/** The runtime library, whose modules do nothing when they are loaded but define things. */
const runtime = "@bufbuild/protobuf";

/**
 * Joins the modules of `dist/src` into a few files in `dist/lib`: to find and load some 170 modules takes longer than
 * all that they do when a program starts. Their text is made shorter, since V8 keeps it in the heap, and begins to collect a
 * whole heap at 8 MiB. The runtime library, two thirds of what a
 * start costs, is taken in; other packages stay outside. A program may have the library itself besides, for its own
 * generated code: messages and descriptors are plain objects that know each other by name, and what the library tells apart
 * by identity it keeps in global symbols, since it also comes as CommonJS and as ESM to one program.
 *
 * The commands, in `dist/lib/command`, are apart: they share no messages with anyone.
 *
 * `dist/cjs` is the same for `require`: for programs and tools of CommonJS, which on older versions load nothing else.
 */
export async function bundle(): Promise<number> {
  const output = join(root, "dist/lib");
  const commonJs = join(root, "dist/cjs");
  for (const dir of [output, commonJs]) rmSync(dir, { recursive: true, force: true });
  const problems = [
    ...(await joinModules(entries, output, "es")),
    ...(await joinModules(commands, join(output, "command"), "es")),
    ...(await joinModules(entries, join(commonJs, "lib"), "cjs")),
  ];
  copyDeclarations(commonJs);
  for (const problem of problems) console.error(`bundle: ${problem}`);
  return problems.length === 0 ? 0 : 1;
}

/** TypeScript takes a declaration file for one of CommonJS where the nearest `package.json` says so. */
function copyDeclarations(commonJs: string): void {
  const needless = /\.(test|testing|fixture)\./;
  const filter = (path: string): boolean => !/\.js$/.test(path) && !needless.test(path);
  cpSync(join(root, "dist/src"), join(commonJs, "src"), { recursive: true, filter });
  writeFileSync(join(commonJs, "package.json"), '{ "type": "commonjs" }\n');
}

/** @returns what is wrong */
async function joinModules(
  from: Readonly<Record<string, string>>,
  dir: string,
  format: "es" | "cjs",
): Promise<string[]> {
  const input = Object.fromEntries(Object.entries(from).map(([name, path]) => [name, join(root, path)]));
  const problems: string[] = [];
  const build = await rollup({
    input,
    plugins: [
      { name: "runtime", resolveId: (id) => (isRuntime(id) ? fileURLToPath(import.meta.resolve(id)) : null) },
      { name: "shorten", renderChunk: async (code, chunk) => noticeOf(chunk.moduleIds) + (await shorten(code)) },
    ],
    external: (id) => !id.startsWith(".") && !id.startsWith("/") && !id.includes(root) && !isRuntime(id),
    // As package.json says of both packages: what nobody uses is not loaded.
    treeshake: { moduleSideEffects: false },
    onwarn: (warning) => {
      // Code that TypeScript wrote for `await` in the runtime library asks for `this` where there is none.
      if (warning.code !== "THIS_IS_UNDEFINED") problems.push(warning.message);
    },
  });
  await build.write({ dir, format, hoistTransitiveImports: false, chunkFileNames: "shared/[name].js" });
  await build.close();
  return problems;
}

/** What the licence of the runtime library asks of a copy. */
function noticeOf(moduleIds: readonly string[]): string {
  const has = moduleIds.some((id) => id.includes(`/node_modules/${runtime}/`));
  return has ? `/*! Has parts of ${runtime}, Copyright Buf Technologies, Inc., Apache License 2.0. */\n` : "";
}

function isRuntime(id: string): boolean {
  return id === runtime || id.startsWith(`${runtime}/`);
}

if (isMain(import.meta.url)) process.exitCode = await bundle();
