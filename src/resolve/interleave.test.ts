import assert from "node:assert/strict";
import { test } from "node:test";
import { interleaveFamilies } from "./interleave.js";

function interleave(...hosts: string[]): string[] {
  return interleaveFamilies(hosts.map((host) => ({ host, port: 1 }))).map(({ host }) => host);
}

test("families come in turn, the first address's first", () => {
  assert.deepEqual(interleave("1.1.1.1", "1.1.1.2", "1.1.1.3", "::1"), ["1.1.1.1", "::1", "1.1.1.2", "1.1.1.3"]);
  assert.deepEqual(interleave("::1", "::2", "1.1.1.1", "1.1.1.2"), ["::1", "1.1.1.1", "::2", "1.1.1.2"]);
  assert.deepEqual(interleave("::1"), ["::1"]);
  assert.deepEqual(interleave(), []);
});
