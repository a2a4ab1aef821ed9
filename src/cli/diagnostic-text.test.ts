import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Diagnostic } from "../proto/diagnostic.js";
import { diagnosticText } from "./diagnostic-text.js";

const one: Diagnostic = { severity: "error", file: "a.proto", line: 2, column: 3, message: "wrong", sourceLine: "  x" };

describe("diagnostics as text", () => {
  it("are plain where there are no colours", () => {
    assert.equal(diagnosticText([one], false), "a.proto:2:3: error: wrong\n    x\n    ^\n");
    assert.equal(diagnosticText([], false), "");
  });

  it("have a coloured severity", () => {
    const text = diagnosticText([one, { ...one, severity: "warning" }], true);
    assert.ok(text.includes("a.proto:2:3: \u001b[1;31merror:\u001b[0m wrong\n"));
    assert.ok(text.includes("\u001b[1;33mwarning:\u001b[0m wrong\n"));
  });
});
