import assert from "node:assert/strict";
import { test } from "node:test";
import { Missing } from "./peer.js";
import { install } from "./programs.js";

function refusal(command: string, ...args: readonly string[]): Promise<string> {
  return install(command, args).then(
    () => assert.fail("the step did not fail"),
    (error: unknown) => {
      assert.ok(error instanceof Missing);
      return error.message;
    },
  );
}

test("a command that is not there leaves its peer out by the command's name", async () => {
  assert.equal(await refusal("no-such-command"), "there is no no-such-command command");
});

test("a script that calls a command that is not there is not taken for a missing shell", async () => {
  assert.match(await refusal("sh", "-c", "no-such-command"), /^sh .* ended with 127: .*no-such-command.*not found$/);
});
