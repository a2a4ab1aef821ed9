import assert from "node:assert/strict";
import { test } from "node:test";
import type { LoadReport } from "./load.js";
import { networkScenarios } from "./network-scenarios.js";
import { brokenBounds, failuresOf, runScenario } from "./scenario.js";
import { serverScenarios } from "./server-scenarios.js";

// The quick part of `npm run chaos`: what takes least time and breaks first.

const quick: ReadonlySet<string> = new Set(["kill", "rolling", "resets"]);

for (const scenario of [...serverScenarios, ...networkScenarios]) {
  if (!quick.has(scenario.name)) continue;
  test(`${scenario.name}: ${scenario.what}`, async () => {
    const { broken, report } = await runScenario(scenario, scenario.quick, 1);
    assert.deepEqual(broken, [], JSON.stringify(report));
  });
}

test("calls that hang, fail too often, take too long, or end well without their content are noticed", () => {
  const good: LoadReport = {
    started: 10,
    ended: 10,
    statuses: { OK: 9, UNAVAILABLE: 1 },
    longestMs: { OK: 5, UNAVAILABLE: 7 },
    failures: [],
    wrong: [],
  };
  const bounds = { statuses: ["UNAVAILABLE"], failuresMax: 1, longestMs: 10 };
  assert.equal(failuresOf(good), 1);
  assert.deepEqual(brokenBounds(good, bounds), []);
  const cases: [Partial<LoadReport>, RegExp][] = [
    [{ ended: 9 }, /^1 calls have not ended$/],
    [{ statuses: { OK: 9, INTERNAL: 1 } }, /^1 calls ended with INTERNAL$/],
    [{ statuses: { OK: 8, UNAVAILABLE: 2 } }, /^2 calls failed, at most 1 may$/],
    [{ longestMs: { OK: 11 } }, /^a call took 11 ms/],
    [{ wrong: ["bidi: ended well after 3 of 10"] }, /^bidi: ended well/],
    [{ statuses: { UNAVAILABLE: 1 } }, /^no call ended well$/],
  ];
  for (const [change, expected] of cases) assert.match(brokenBounds({ ...good, ...change }, bounds).join(), expected);
});
