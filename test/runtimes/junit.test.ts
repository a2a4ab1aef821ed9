import assert from "node:assert/strict";
import { test } from "node:test";
import { parseJunit } from "./junit.js";

test("what Node, Bun and Deno write is understood", () => {
  const node = `<?xml version="1.0" encoding="utf-8"?>
<testsuites>
	<testsuite name="a suite" time="0.1" tests="2" failures="1" skipped="0">
		<testcase name="fails &lt;a> &quot;b&quot; &#10;" time="0.0" classname="test" failure="1 !== 2">
			<failure type="testCodeFailure" message="1 !== 2">
[Error: 1 !== 2 ]
			</failure>
		</testcase>
		<testcase name="passes" time="0.00" classname="test"/>
	</testsuite>
	<testcase name="left out" time="0.00" classname="test">
		<skipped type="skipped" message="true"/>
	</testcase>
</testsuites>`;
  assert.deepEqual(parseJunit(node), [
    { name: 'fails <a> "b" \n', result: "failed", message: "1 !== 2" },
    { name: "passes", result: "passed", message: "" },
    { name: "left out", result: "skipped", message: "" },
  ]);
  const bun = '<testcase name="x" file="f.js" line="3"><failure type="AssertionError" /></testcase>';
  assert.deepEqual(parseJunit(bun), [{ name: "x", result: "failed", message: "" }]);
  const deno = '<testcase name="s > t" time="0.1" line="1"><failure message="Uncaught">text</failure></testcase>';
  assert.deepEqual(parseJunit(deno), [{ name: "s > t", result: "failed", message: "Uncaught" }]);
});

test("suites that Deno writes as tests are not counted, unless they failed of themselves", () => {
  const failed = (name: string, message: string): string =>
    `<testcase name="${name}"><failure message="${message}">x</failure></testcase>`;
  const inside = failed("s &gt; t", "Uncaught");
  assert.deepEqual(
    parseJunit(failed("s", "1 test step failed") + inside).map(({ name }) => name),
    ["s > t"],
  );
  const alone = parseJunit(failed("s", "Promise resolution is still pending") + inside);
  assert.deepEqual(
    alone.map(({ name }) => name),
    ["s", "s > t"],
  );
});

test("no tests are none", () => {
  assert.deepEqual(parseJunit('<testsuites name="x" tests="0"></testsuites>'), []);
});
