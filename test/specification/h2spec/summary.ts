/** What a run of h2spec or h2specd said at its end. */
export interface Summary {
  readonly tests: number;
  readonly passed: number;
  readonly skipped: number;
  readonly failed: number;
}

/** Finds the last line such as `146 tests, 145 passed, 0 skipped, 1 failed`; undefined when the run did not get so far. */
export function readSummary(output: string): Summary | undefined {
  const found = [...output.matchAll(/(\d+) tests, (\d+) passed, (\d+) skipped, (\d+) failed/g)].at(-1);
  if (found === undefined) return undefined;
  const [tests = 0, passed = 0, skipped = 0, failed = 0] = found.slice(1).map(Number);
  return { tests, passed, skipped, failed };
}

/** A run is good when as many cases as there should be passed, and none was skipped. */
export function isWhole(summary: Summary | undefined, testsExpected: number): boolean {
  return summary !== undefined && summary.tests === testsExpected && summary.passed === testsExpected;
}
