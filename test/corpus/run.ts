import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../tools/files.js";
import { runToEnd } from "../../tools/processes.js";
import { verdictRows } from "../proto/verdict-table.js";
import { compareWithBuf } from "./against-buf.js";
import { type Corpus, corpora } from "./corpora.js";
import { differencesOf } from "./descriptor-bytes.js";
import { installNpm, installPython, type Protoc } from "./install.js";
import { type LaidCorpus, layCorpus } from "./lay.js";
import { compareVerdicts } from "./verdicts.js";

/**
 * Compiles real `.proto` files with `peregrine build` and with `protoc`, and compares the descriptors byte for byte, source
 * info and order included; then their meaning with what `buf` makes of them. Then asks `protoc` about the odd files of the table of
 * verdicts. What it needs is installed into `.cache/`.
 * `--quick` takes the small corpora only. What cannot be had is named; with `CORPUS=all` that is a failure.
 */
const cacheDir: string = join(root, ".cache", "corpus");
const compileTimeoutMs = 180_000;
/** Differences that are printed of each comparison. */
const shownMax = 10;

/** Runs a compiler that must succeed; gives what it wrote. */
async function compiled(name: string, command: string, args: readonly string[], out: string): Promise<Uint8Array> {
  rmSync(out, { force: true });
  const { code, output } = await runToEnd(command, args, { timeoutMs: compileTimeoutMs });
  if (code !== 0) throw new Error(`${name} ended with ${code}:\n${errorsOf(output)}`);
  return readFileSync(out);
}

function errorsOf(output: string): string {
  const lines = output.split("\n").filter((line) => !line.includes("warning"));
  return lines.slice(0, shownMax).join("\n");
}

function byUs({ dir }: LaidCorpus, workDir: string): Promise<Uint8Array> {
  const out = join(workDir, "ours.binpb");
  const args = [join(root, "bin/peregrine.js"), "build", dir, "--include", dir, "--out", out];
  return compiled("peregrine build", process.execPath, args, out);
}

function byProtoc({ dir, names }: LaidCorpus, protoc: Protoc, workDir: string): Promise<Uint8Array> {
  const out = join(workDir, "protoc.binpb");
  const list = join(workDir, "names.txt");
  writeFileSync(list, `${names.join("\n")}\n`);
  const options = ["--include_imports", "--include_source_info", "--retain_options"];
  const args = [...protoc.args, `-I${dir}`, `--descriptor_set_out=${out}`, ...options, `@${list}`];
  return compiled("protoc", protoc.command, args, out);
}

/** @returns whether all is the same */
async function runCorpus(corpus: Corpus, protoc: Protoc): Promise<boolean> {
  const workDir = join(cacheDir, "work", corpus.name.replace(/[^A-Za-z0-9]+/g, "-"));
  mkdirSync(workDir, { recursive: true });
  const laid = layCorpus(corpus, cacheDir, protoc.includeDir, join(workDir, "in"));
  const startMs = performance.now();
  const [ours, theirs] = await Promise.all([byUs(laid, workDir), byProtoc(laid, protoc, workDir)]);
  const differences = differencesOf(ours, theirs);
  const others = corpus.isQuick ? compareWithBuf(ours, laid.dir) : undefined;
  const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
  const verdict = differences.length === 0 ? "byte for byte as protoc" : `${differences.length} DIFFER FROM PROTOC`;
  const second = others === undefined ? "" : others.length === 0 ? ", as buf" : `, ${others.length} DIFFER FROM BUF`;
  const left = laid.leftOut.length > 0 ? `; ${laid.leftOut.length} left out` : "";
  console.log(`${corpus.name}: ${laid.names.length} files, ${verdict}${second}${left} (${seconds} s)`);
  for (const line of [...differences, ...(others ?? [])].slice(0, shownMax)) console.log(`  ${line}`);
  if (process.argv.includes("--verbose")) for (const line of laid.leftOut) console.log(`  left out ${line}`);
  return differences.length === 0 && (others ?? []).length === 0;
}

/** @returns whether the table of verdicts is true */
async function runVerdicts(protoc: Protoc): Promise<boolean> {
  const differences = await compareVerdicts(protoc, join(cacheDir, "work", "verdicts"));
  const verdict = differences.length === 0 ? "as the table says" : `${differences.length} DIFFER FROM THE TABLE`;
  console.log(`odd files: ${verdictRows.length} verdicts of protoc, ${verdict}`);
  for (const line of differences.slice(0, shownMax)) console.log(`  ${line}`);
  return differences.length === 0;
}

async function main(): Promise<number> {
  const problems: string[] = [];
  let protoc: Protoc;
  try {
    protoc = await installPython(cacheDir);
    await installNpm(cacheDir);
  } catch (error) {
    console.error(`corpora left out: ${error instanceof Error ? error.message : String(error)}`);
    return process.env["CORPUS"] === "all" ? 1 : 0;
  }
  console.log(`compared with protoc ${protoc.version}`);
  const wanted = corpora.filter((corpus) => corpus.isQuick || !process.argv.includes("--quick"));
  for (const corpus of wanted) {
    try {
      if (!(await runCorpus(corpus, protoc))) problems.push(corpus.name);
    } catch (error) {
      problems.push(corpus.name);
      console.log(`${corpus.name}: FAILED: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  if (!(await runVerdicts(protoc))) problems.push("odd files");
  console.log(`${wanted.length + 1 - problems.length} passed, ${problems.length} failed`);
  return problems.length === 0 ? 0 : 1;
}

process.exitCode = await main();
