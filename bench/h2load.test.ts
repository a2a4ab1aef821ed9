import assert from "node:assert/strict";
import { test } from "node:test";
import { readRate } from "./h2load.js";

const load = { requests: 1_000, answerBytesMin: 16 };

function output(time: string, succeeded: number, dataBytes: number): string {
  return [
    `finished in ${time}, 999.99 req/s, 1.00MB/s`,
    `requests: 1000 total, 1000 started, 1000 done, ${succeeded} succeeded, 0 failed, 0 errored, 0 timeout`,
    `traffic: 1.00MB (1048576) total, 1.00KB (1024) headers (space savings 90.00%), 15.63KB (${dataBytes}) data`,
  ].join("\n");
}

test("the rate comes from requests and time", () => {
  assert.equal(readRate(load, 0, output("2.00s", 1_000, 16_000)), 500);
  assert.equal(readRate(load, 0, output("100.00ms", 1_000, 16_000)), 10_000);
});

test("requests that failed, answers without a body, and a run that failed are errors", () => {
  assert.throws(() => readRate(load, 0, output("1.00s", 999, 16_000)), /999 of 1000 succeeded/);
  assert.throws(() => readRate(load, 0, output("1.00s", 1_000, 15_999)), /15999 bytes of answers/);
  assert.throws(() => readRate(load, 1, output("1.00s", 1_000, 16_000)), /exit code 1/);
  assert.throws(() => readRate(load, 0, "connect refused"), /connect refused/);
});
