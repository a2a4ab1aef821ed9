import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

test("a channel closes when nobody refers to it: neither it, nor a client of it, nor a call", async () => {
  const child = fileURLToPath(new URL("./collected-child.testing.js", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ["--expose-gc", child]);
  const found = JSON.parse(stdout) as Record<string, unknown>;
  assert.deepEqual(found, {
    before: 100,
    afterDrop: 0,
    // At the server: of a client, of a call, of a stream. At the client: of the call and the stream.
    held: 5,
    text: "again",
    slowText: "slow",
    last: "last",
    done: true,
    // The client, and the iterator of the stream, which is over.
    afterCalls: 2,
  });
});
