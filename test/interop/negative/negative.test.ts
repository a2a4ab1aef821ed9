import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { BadServer } from "./bad-server.js";
import { ownNegativeCases, runOwnNegative } from "./own-client.js";
import { negativeScripts } from "./scripts.js";

describe("our client against a server that misbehaves", () => {
  for (const name of Object.keys(ownNegativeCases)) {
    test(name, async () => {
      const server = await BadServer.start(negativeScripts[name]!);
      try {
        assert.equal(await runOwnNegative(name, server.port), undefined);
        assert.equal(await server.verdict(), undefined);
      } finally {
        await server.close();
      }
    });
  }
});

test("the bad server blames a client that did nothing", async () => {
  for (const [name, script] of Object.entries(negativeScripts)) {
    const server = await BadServer.start(script);
    assert.notEqual(await server.verdict(), undefined, name);
    await server.close();
  }
});
