import assert from "node:assert/strict";
import { test } from "node:test";
import { parseOptions } from "./options.js";

test("flags choose peers and cases", () => {
  const found = parseOptions(["--only", "grpc-go", "--case", "ping_pong", "--json"]);
  const asked = { only: "grpc-go", caseName: "ping_pong", json: true };
  assert.deepEqual(found, { ...asked, allPairs: false, build: false, write: false });
  assert.equal(parseOptions(["--build"]).build, true);
});

test("a document of a part of the run is refused", () => {
  assert.throws(() => parseOptions(["--write", "--only", "grpc-go"]), /--write needs the whole run/);
  assert.throws(() => parseOptions(["--what"]), /--what/);
});
