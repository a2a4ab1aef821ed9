import assert from "node:assert/strict";
import { test } from "node:test";
import { runToEnd, startServer } from "./processes.js";

test("a program's exit code and both of its outputs are given", async () => {
  const script = "console.log('out'); console.error('err'); process.exit(3)";
  const { code, output } = await runToEnd(process.execPath, ["-e", script], { timeoutMs: 20_000 });
  assert.equal(code, 3);
  assert.match(output, /out/);
  assert.match(output, /err/);
});

test("a program that does not end is ended", async () => {
  const { code } = await runToEnd(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { timeoutMs: 100 });
  assert.equal(code, 124);
});

test("a program that is not there gives 127", async () => {
  assert.equal((await runToEnd("no-such-program-here", [], { timeoutMs: 1_000 })).code, 127);
});

test("a server is there when it accepts, and gone when it was stopped", async () => {
  const script = "require('node:net').createServer().listen(+process.argv[1], '127.0.0.1')";
  const server = await startServer(process.execPath, (port) => ["-e", script, `${port}`], { timeoutMs: 20_000 });
  assert.ok(server.port > 0);
  await server.stop();
});

test("a server that ends at once is told with what it said", async () => {
  const start = startServer(process.execPath, () => ["-e", "console.log('no luck')"], { timeoutMs: 20_000 });
  await assert.rejects(start, /does not accept connections: no luck/);
});
