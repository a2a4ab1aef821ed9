import assert from "node:assert/strict";
import { test } from "node:test";
import { parseFlags } from "./flags.js";

test("flags come with an equals sign, as two words, or alone", () => {
  const flags = parseFlags(["--port=1", "--server_host", "localhost", "--use_tls", "--test_case=a=b"]);
  assert.deepEqual(
    [...flags],
    [
      ["port", "1"],
      ["server_host", "localhost"],
      ["use_tls", "true"],
      ["test_case", "a=b"],
    ],
  );
});

test("what is no flag is refused by name", () => {
  assert.throws(() => parseFlags(["port"]), /not a flag: port/);
});
