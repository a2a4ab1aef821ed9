import assert from "node:assert/strict";
import { test } from "node:test";
import { Recorder } from "./recorder.js";
import { type RunDescription, summarize } from "./summary.js";
import { textReport } from "./text-report.js";
import { crossedOf, parseThreshold } from "./threshold.js";

const run: RunDescription = {
  target: "h:1",
  method: "p.S/M",
  shape: "unary",
  concurrency: 1,
  connections: 1,
  workers: 1,
  startedAt: "2026-01-01T00:00:00.000Z",
  interrupted: false,
};

/** Calls of 1 to 100 ms that ended with OK, and some that failed. */
function measuredWith(ok: number, failed: number): Recorder {
  const recorder = new Recorder();
  for (let i = 1; i <= ok; i++) {
    recorder.record({ intendedMs: 0, startMs: 0, endMs: i, code: 0, message: "", sent: 1, received: 1 });
  }
  for (let i = 0; i < failed; i++) {
    recorder.record({ intendedMs: 0, startMs: 0, endMs: 1, code: 5, message: `m${i}`, sent: 1, received: 0 });
  }
  recorder.elapsedMs = 1_000;
  return recorder;
}

function crossed(recorder: Recorder, ...texts: readonly string[]): string[] {
  const measured = [recorder.measured()];
  const found = crossedOf(texts.map(parseThreshold), summarize(run, measured), measured);
  return found.map(({ text }) => text);
}

test("says which conditions hold", () => {
  const recorder = measuredWith(100, 5);
  const holding = [
    "p99>90ms",
    "p50>=0.049s",
    "max>99ms",
    "mean<51ms",
    "errors>4%",
    "errors>4",
    "calls>=105",
    "rate<106",
    "p99.5>99000us",
  ];
  const others = ["p99>100ms", "p50<49ms", "min>2ms", "errors>5%", "errors>5", "calls<105", "rate>106", "unstarted>0"];
  assert.deepEqual(crossed(recorder, ...holding, ...others), holding);
});

test("a server that answers nothing is not fast", () => {
  assert.deepEqual(crossed(measuredWith(0, 3), "p99>50ms", "errors>50%", "errors>100%"), ["p99>50ms", "errors>50%"]);
});

test("says how to write a condition", () => {
  for (const text of [
    "p99",
    "p99>50",
    "p101>1ms",
    "p>1ms",
    "mean5>1ms",
    "latency>5ms",
    "errors>1ms",
    "calls>1%",
    "",
    "p99>-1ms",
  ]) {
    assert.throws(() => parseThreshold(text), RangeError, text);
  }
  assert.throws(() => parseThreshold("p99>50"), /needs a unit/);
});

test("the report has statuses, their first messages and what failed", () => {
  const recorder = measuredWith(10, 2);
  const measured = [recorder.measured()];
  const summary = summarize({ ...run, ratePerSecond: 10 }, measured);
  const text = textReport(summary, crossedOf([parseThreshold("errors>1%")], summary, measured));
  assert.match(text, /p\.S\/M at h:1/);
  assert.match(text, /NOT_FOUND +2 +16\.67 %\n +first: m0/);
  assert.match(text, /from the planned start +from the real start/);
  assert.match(text, /failed: errors>1% \(errors is 16\.67 %\)/);
  const none = measuredWith(0, 1);
  assert.match(textReport(summarize(run, [none.measured()]), []), /no latency to tell/);
});

test("results of several workers add up", () => {
  const parts = [measuredWith(10, 1), measuredWith(20, 2)].map((recorder) => recorder.measured());
  const summary = summarize(run, parts);
  assert.deepEqual([summary.calls, summary.failed, summary.callsPerSecond], [33, 3, 33]);
  assert.deepEqual(
    summary.statuses.map(({ code, count }) => [code, count]),
    [
      [0, 30],
      [5, 3],
    ],
  );
  assert.equal(summary.messagesSent, 33);
});
