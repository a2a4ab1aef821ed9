import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { pathToFileURL } from "node:url";
import { root } from "./files.js";
import { type Outcome, runToEnd } from "./processes.js";

const folder = mkdtempSync(join(tmpdir(), "peregrine-leaks-"));
after(() => rmSync(folder, { recursive: true }));

const head = `
import net from "node:net";
import { after, test } from "node:test";
import { setInterval as every } from "node:timers";
const listening = () => new Promise((resolve) => {
  const server = net.createServer();
  server.listen(0, "127.0.0.1", () => resolve(server));
});
`;

/** Runs a test file as `npm test` does. */
async function outcomeOf(name: string, body: string): Promise<Outcome> {
  const path = join(folder, `${name}.test.js`);
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  writeFileSync(path, head + body);
  const hook = pathToFileURL(`${root}/dist/tools/leak-hook.js`).href;
  // As a file that a runner has started; under the runner that runs this, a second one would run nothing.
  const env = { NODE_TEST_CONTEXT: "child" };
  return runToEnd(process.execPath, [`--import=${hook}`, path], { timeoutMs: 30_000, env });
}

test("what a file closes in its tests and hooks is no leak", async () => {
  const { code, output } = await outcomeOf(
    "clean",
    `let server;
    after(() => new Promise((resolve) => setTimeout(() => server.close(resolve), 20)));
    test("opens", async () => {
      server = await listening();
      const socket = net.connect(server.address().port, "127.0.0.1");
      await new Promise((resolve) => socket.once("connect", resolve));
      socket.destroy();
      clearTimeout(setTimeout(() => {}, 60_000));
    });`,
  );
  assert.equal(code, 0, output);
});

test("a server, sockets of both sides and timers that are left fail the file, each with its place", async () => {
  const { code, output } = await outcomeOf(
    "leaky",
    `test("leaves", async () => {
      const server = await listening();
      server.unref();
      const accepted = new Promise((resolve) => server.once("connection", resolve));
      const socket = net.connect(server.address().port, "127.0.0.1");
      socket.unref();
      (await accepted).unref();
      setTimeout(() => {}, 60_000).unref();
      every(() => {}, 61_000).unref();
    });`,
  );
  assert.equal(code, 1, output);
  assert.match(output, /LEFT OPEN by .*leaky\.test\.js/);
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
