import assert from "node:assert/strict";
import { test } from "node:test";
import { findStatic, staticEntryCount, staticNames, staticValues } from "./static-table.js";

test("has the 61 entries of Appendix A at their places", () => {
  assert.equal(staticNames.length, staticEntryCount + 1);
  assert.equal(staticValues.length, staticEntryCount + 1);
  for (const [index, name, value] of [
    [1, ":authority", ""],
    [3, ":method", "POST"],
    [8, ":status", "200"],
    [16, "accept-encoding", "gzip, deflate"],
    [31, "content-type", ""],
    [55, "set-cookie", ""],
    [61, "www-authenticate", ""],
  ] as const) {
    assert.equal(staticNames[index], name);
    assert.equal(staticValues[index], value);
  }
});

test("entries of one name stand together", () => {
  for (let index = 2; index <= staticEntryCount; index++) {
    const first = staticNames.indexOf(staticNames[index] as string);
    for (let between = first; between <= index; between++) assert.equal(staticNames[between], staticNames[index]);
  }
});

test("finds an entry by name and value", () => {
  assert.equal(findStatic(2, ":method", "POST"), 3);
  assert.equal(findStatic(8, ":status", "500"), 14);
  assert.equal(findStatic(8, ":status", "501"), 0);
  assert.equal(findStatic(61, "www-authenticate", "x"), 0);
});
