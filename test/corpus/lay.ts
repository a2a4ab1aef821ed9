import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import type { Corpus } from "./corpora.js";

/** A corpus in one directory, which all compilers are given. */
export interface LaidCorpus {
  readonly dir: string;
  /** Import names, sorted; those of the well-known types that it uses among them. */
  readonly names: readonly string[];
  readonly leftOut: readonly string[];
}

/**
 * Copies the files of a corpus into one directory, with the well-known types of `protoc`, so that all compilers read the
 * same. What lacks an import, itself or through an import, is left out.
 *
 * @throws {Error} when the corpus has no files
 */
export function layCorpus(corpus: Corpus, packages: string, wellKnownDir: string, dir: string): LaidCorpus {
  const texts = new Map<string, string>();
  for (const name of protosBelow(wellKnownDir)) texts.set(name, readFileSync(join(wellKnownDir, name), "utf8"));
  const wellKnown = new Set(texts.keys());
  const leftOut: string[] = [];
  for (const [name, path] of filesOf(corpus, packages)) {
    if (wellKnown.has(name)) continue;
    const why = corpus.leftOut?.find(([files]) => files.test(name))?.[1];
    const text = readFileSync(path, "utf8");
    if (why === undefined) texts.set(name, corpus.edit?.(text) ?? text);
    else leftOut.push(`${name}: ${why}`);
  }
  leftOut.push(...removeIncomplete(texts));
  if (texts.size === wellKnown.size) throw new Error("there are no files");
  rmSync(dir, { recursive: true, force: true });
  for (const [name, text] of texts) {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), text);
  }
  return { dir, names: [...texts.keys()].sort(), leftOut };
}

function filesOf(corpus: Corpus, packages: string): Map<string, string> {
  const files = new Map<string, string>();
  for (const source of corpus.sources) {
    const dir = join(packages, source.dir);
    if (!existsSync(dir)) throw new Error(`${dir} is not there`);
    for (const name of protosBelow(dir)) {
      const importName = (source.prefix ?? "") + name;
      if ((source.only?.test(name) ?? true) && !files.has(importName)) files.set(importName, join(dir, name));
    }
  }
  return files;
}

function protosBelow(dir: string): string[] {
  return readdirSync(dir, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".proto") && !path.split(sep).includes("node_modules"))
    .map((path) => path.split(sep).join("/"))
    .sort();
}

/** Removes what lacks an import until nothing does. */
function removeIncomplete(texts: Map<string, string>): string[] {
  const removed: string[] = [];
  for (let before = -1; before !== removed.length; ) {
    before = removed.length;
    for (const [name, text] of texts) {
      const missing = importsOf(text).find((path) => !texts.has(path));
      if (missing === undefined) continue;
      texts.delete(name);
      removed.push(`${name}: needs ${missing}, which no package has`);
    }
  }
  return removed;
}

/** Found without a parser of ours, which is what is tested. */
function importsOf(text: string): string[] {
  const found = text.matchAll(/^\s*import\s+(?:public\s+|weak\s+|option\s+)?["']([^"']+)["']\s*;/gm);
  return [...found].map((match) => match[1] as string);
}
