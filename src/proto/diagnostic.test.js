import assert from "node:assert/strict";
import { test } from "node:test";
import { DiagnosticList, formatDiagnostic } from "./diagnostic.js";
function list(text) {
    return new DiagnosticList({ path: "a.proto", displayPath: "dir/a.proto", text });
}
test("the line is shown with a caret, tabs kept", () => {
    const diagnostics = list("a\n\tfoo\tbar;\r\n");
    diagnostics.error(7, 10, "wrong");
    const [one] = diagnostics.items;
    assert.ok(one !== undefined);
    assert.deepEqual([one.line, one.column, one.endColumn, one.sourceLine], [2, 6, 9, "\tfoo\tbar;"]);
    assert.equal(formatDiagnostic(one), "dir/a.proto:2:6: error: wrong\n  \tfoo\tbar;\n  \t   \t^");
});
test("a warning without a line", () => {
    const text = formatDiagnostic({ severity: "warning", file: "a", line: 1, column: 2, message: "m" });
    assert.equal(text, "a:1:2: warning: m");
});
test("a long line is cut around the place", () => {
    const diagnostics = list(`${"x".repeat(1_000)}!${"y".repeat(1_000)}`);
    diagnostics.error(1_000, 1_001, "wrong");
    const [, line, caret] = formatDiagnostic(diagnostics.items[0]).split("\n");
    assert.equal(line?.length, 162);
    assert.equal(line?.indexOf("!"), caret?.indexOf("^"));
});
test("sorted by place, each once", () => {
    const diagnostics = list("a b c");
    diagnostics.error(4, 5, "c");
    diagnostics.warning(0, 1, "a");
    diagnostics.error(4, 5, "c");
    assert.deepEqual(diagnostics.sorted().map((one) => one.message), ["a", "c"]);
    assert.equal(diagnostics.errorCount, 2);
});
test("an error at the end of the file is on its last line", () => {
    const diagnostics = list("a\nb");
    diagnostics.error(3, 3, "end");
    assert.deepEqual([diagnostics.items[0]?.line, diagnostics.items[0]?.column], [2, 2]);
});
