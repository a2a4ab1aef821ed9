import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { type Ended, runTest } from "./run-node.js";

interface Range {
  readonly startOffset: number;
  readonly endOffset: number;
  readonly count: number;
}

interface ScriptCoverage {
  readonly url: string;
  readonly functions: readonly { readonly ranges: readonly Range[] }[];
}

/** What one test file runs of the sources. */
export interface TestCoverage {
  /** Path of the compiled test file below `dist`. */
  readonly test: string;
  readonly durationMs: number;
  /** Ranges that were counted, by path below `dist`; inner ranges come after outer ones. */
  readonly ranges: ReadonlyMap<string, readonly Range[]>;
}

/**
 * Runs a test file by itself and tells what it ran.
 *
 * @param dist where the compiled files are
 * @returns undefined where it fails as it is, or takes too long: it can tell nothing of a mutation
 */
export async function coverageOf(dist: string, test: string, maxMs: number): Promise<TestCoverage | undefined> {
  const folder = mkdtempSync(join(tmpdir(), "peregrine-coverage-"));
  try {
    const ended: Ended = await runTest(join(dist, test), maxMs, { NODE_V8_COVERAGE: folder });
    if (ended.failed) return undefined;
    return { test, durationMs: ended.durationMs, ranges: readRanges(folder, dist) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function readRanges(folder: string, dist: string): Map<string, Range[]> {
  const ranges = new Map<string, Range[]>();
  for (const file of readdirSync(folder)) {
    const { result } = JSON.parse(readFileSync(join(folder, file), "utf8")) as { result: ScriptCoverage[] };
    for (const { url, functions } of result) {
      if (!url.startsWith("file:")) continue;
      const path = relative(dist, fileURLToPath(url));
      if (!path.startsWith("src/")) continue;
      const all = ranges.get(path) ?? [];
      all.push(...functions.flatMap((one) => one.ranges));
      ranges.set(path, all);
    }
  }
  return ranges;
}

/** Whether the test runs the code at an offset: the innermost range that holds it was counted. */
export function covers({ ranges }: TestCoverage, path: string, offset: number): boolean {
  let innermost: Range | undefined;
  for (const range of ranges.get(path) ?? []) {
    if (offset < range.startOffset || offset >= range.endOffset) continue;
    const size = range.endOffset - range.startOffset;
    if (innermost === undefined || size <= innermost.endOffset - innermost.startOffset) innermost = range;
  }
  return innermost !== undefined && innermost.count > 0;
}
