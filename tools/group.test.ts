import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { pathToFileURL } from "node:url";
import { root } from "./files.js";
import { findUnended, type Plan } from "./group.js";
import { type Outcome, runToEnd } from "./processes.js";

const base = mkdtempSync(join(tmpdir(), "peregrine-group-"));
writeFileSync(join(base, "package.json"), '{ "type": "module" }');
after(() => rmSync(base, { recursive: true }));

const head = `
import net from "node:net";
import { after, before, test } from "node:test";
import { setInterval as every } from "node:timers";
const listening = () => new Promise((resolve) => {
  const server = net.createServer();
  server.listen(0, "127.0.0.1", () => resolve(server));
});
`;

interface GroupOutcome extends Outcome {
  /** Files that did not come to an end, by name. */
  readonly unended: readonly string[];
}

/** Runs test files in one process, as `npm test` does. */
async function runTogether(bodies: Readonly<Record<string, string>>, more: Partial<Plan> = {}): Promise<GroupOutcome> {
  const folder = mkdtempSync(join(base, "run-"));
  const files = Object.keys(bodies).map((name) => join(folder, "tests", `${name}.test.js`));
  mkdirSync(join(folder, "tests"));
  for (const [index, body] of Object.values(bodies).entries()) writeFileSync(files[index] as string, head + body);
  const plan: Plan = { files, filesPerProcess: 10, fileMsMax: 30_000, blockedMsMax: 30_000, ...more };
  writeFileSync(join(folder, "plan.json"), JSON.stringify(plan));
  const path = join(folder, "group.test.js");
  const group = pathToFileURL(`${root}/dist/tools/group.js`).href;
  writeFileSync(path, `import { runGroup } from "${group}"; await runGroup(${JSON.stringify(folder)});`);
  // As a file that a runner has started; under the runner that runs this, a second one would run nothing.
  const outcome = await runToEnd(process.execPath, [path], { timeoutMs: 30_000, env: { NODE_TEST_CONTEXT: "child" } });
  const unended = findUnended(folder, files).map((file) =>
    file.slice(join(folder, "tests/").length, -".test.js".length),
  );
  return { ...outcome, unended };
}

const clean = `
let server;
after(() => new Promise((resolve) => setTimeout(() => server.close(resolve), 20)));
test("opens", async () => {
  server = await listening();
  const socket = net.connect(server.address().port, "127.0.0.1");
  await new Promise((resolve) => socket.once("connect", resolve));
  socket.destroy();
  clearTimeout(setTimeout(() => {}, 60_000));
});`;

const leaky = `
test("leaves", async () => {
  const server = await listening();
  server.unref();
  const accepted = new Promise((resolve) => server.once("connection", resolve));
  const socket = net.connect(server.address().port, "127.0.0.1");
  socket.unref();
  (await accepted).unref();
  setTimeout(() => {}, 60_000).unref();
  every(() => {}, 61_000).unref();
});`;

test("what a file closes in its tests and hooks is no leak, and each file has its own hooks and its turn", async () => {
  const order = (name: string): string => `
    before(() => console.log("[before ${name}]"));
    after(() => console.log("[after ${name}]"));
    test("${name}", () => console.log("[test ${name}]"));`;
  const { code, output, unended } = await runTogether({ one: order("one"), clean, two: order("two") });
  assert.equal(code, 0, output);
  assert.deepEqual(unended, []);
  assert.deepEqual(output.match(/\[\w+ \w+\]/g), [
    "[before one]",
    "[test one]",
    "[after one]",
    "[before two]",
    "[test two]",
    "[after two]",
  ]);
});

test("a server, sockets of both sides and timers that are left fail the file, each with its place", async () => {
  const { code, output } = await runTogether({ before: clean, leaky, after: clean });
  assert.equal(code, 1, output);
  assert.match(output, /LEFT OPEN by .*leaky\.test\.js/);
  assert.doesNotMatch(output, /LEFT OPEN by .*(before|after)\.test\.js/);
  assert.match(output, /^not ok \d+ - .*leaky\.test\.js/m);
  assert.match(output, /^ok \d+ - .*after\.test\.js/m);
  for (const what of [
    "server on ",
    "accepted socket ",
    "socket ",
    "setTimeout of 60000 ms",
    "setInterval of 61000 ms",
  ]) {
    const place = new RegExp(`^\\W*${what}.*\\n\\W*at .*leaky\\.test\\.js:\\d+`, "m");
    assert.match(output, place, what);
  }
});

test("a file that cannot be loaded fails, and the next one runs", async () => {
  const { code, output, unended } = await runTogether({ broken: `import "./none.js";`, clean });
  assert.equal(code, 1, output);
  assert.match(output, /^not ok \d+ - .*broken\.test\.js/m);
  assert.match(output, /^ok \d+ - .*clean\.test\.js/m);
  assert.deepEqual(unended, []);
});

test("a file that takes too long, blocks its process or ends it is found out", async () => {
  const [slow, blocked, ended] = await Promise.all([
    runTogether({ slow: `test("waits", () => new Promise(() => every(() => {}, 10)));` }, { fileMsMax: 50 }),
    runTogether({ clean, blocked: `test("turns", () => { for (;;); });` }, { blockedMsMax: 1_000 }),
    runTogether({ clean, ends: `test("ends", () => process.exit(0));` }),
  ]);
  assert.notEqual(slow.code, 0);
  assert.match(slow.output, /^not ok \d+ - .*slow\.test\.js/m);
  assert.deepEqual(blocked.unended, ["blocked"]);
  assert.match(blocked.output, /blocked\.test\.js did not end in 1000 ms/);
  assert.deepEqual(ended.unended, ["ends"]);
});
