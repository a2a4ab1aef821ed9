import assert from "node:assert/strict";
import { test } from "node:test";
import { parseOptions } from "./options.js";

test("flags choose peers and cases", () => {
  const found = parseOptions(["--only", "grpc-go", "--case", "ping_pong", "--json"]);
  assert.deepEqual(found, { only: "grpc-go", caseName: "ping_pong", allPairs: false, json: true, write: false });
});

test("a document of a part of the run is refused", () => {
  assert.throws(() => parseOptions(["--write", "--only", "grpc-go"]), /--write needs the whole run/);
  assert.throws(() => parseOptions(["--what"]), /--what/);
});
