import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { anyText } from "../base/any-text.testing.js";
import { decodeGrpcMessage, encodeGrpcMessage } from "./grpc-message.js";

/** special_status_message of the interop cases. */
const special = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n";
const specialOnWire = "%09%0Atest with whitespace%0D%0Aand Unicode BMP %E2%98%BA and non-BMP %F0%9F%98%88%09%0A";

test("writes the interop message as the specification says", () => {
  assert.equal(encodeGrpcMessage(special), specialOnWire);
  assert.equal(decodeGrpcMessage(specialOnWire), special);
  assert.equal(decodeGrpcMessage(specialOnWire.toLowerCase()), special.toLowerCase());
});

test("leaves printable ASCII as it is, but for the percent sign", () => {
  const printable = Array.from({ length: 95 }, (_, i) => String.fromCharCode(0x20 + i)).join("");
  assert.equal(encodeGrpcMessage(printable), printable.replace("%", "%25").replace(" ", "%20"));
  assert.equal(encodeGrpcMessage("no such user"), "no such user");
  assert.equal(encodeGrpcMessage("\x00\x1f\x7f\x80"), "%00%1F%7F%C2%80");
  assert.equal(encodeGrpcMessage(""), "");
});

test("a blank at either end is escaped: a field that has one is malformed", () => {
  const rows: [text: string, wire: string][] = [
    ["no such user ", "no such user%20"],
    [" no such user", "%20no such user"],
    ["  two  ", "%20 two %20"],
    [" ", "%20"],
    ["☺ ", "%E2%98%BA%20"],
  ];
  for (const [text, wire] of rows) {
    assert.equal(encodeGrpcMessage(text), wire);
    assert.equal(decodeGrpcMessage(wire), text);
  }
  // From grpc-go they come as they are.
  assert.equal(decodeGrpcMessage(" no such user "), " no such user ");
});

test("a half surrogate becomes U+FFFD", () => {
  assert.equal(encodeGrpcMessage("a\ud800b"), "a%EF%BF%BDb");
});

test("escapes that are none stay as they are", () => {
  for (const text of ["%", "100%", "%4", "%G0", "%%", "%-1", "% 41", "a%"]) assert.equal(decodeGrpcMessage(text), text);
  assert.equal(decodeGrpcMessage("%41%"), "A%");
  assert.equal(decodeGrpcMessage("%zz%41%4"), "%zzA%4");
  assert.equal(decodeGrpcMessage("%25%32%35"), "%25");
});

test("bytes that are no UTF-8 become U+FFFD, raw UTF-8 is read", () => {
  assert.equal(decodeGrpcMessage("a%FFb"), "a\ufffdb");
  assert.equal(decodeGrpcMessage("%E2%98"), "\ufffd");
  assert.equal(decodeGrpcMessage("%C0%80%41"), "\ufffd\ufffdA");
  assert.equal(decodeGrpcMessage("\xe2\x98\xba"), "☺");
  assert.equal(decodeGrpcMessage("\xe2\x98\xba%21"), "☺!");
  assert.equal(decodeGrpcMessage("\xff"), "\ufffd");
});

test("any text comes back, also one that begins with a byte order mark", () => {
  fc.assert(
    fc.property(anyText(), (text) => {
      const wire = encodeGrpcMessage(text);
      assert.match(wire, /^(?! )[\x20-\x7e]*(?<! )$/);
      assert.equal(decodeGrpcMessage(wire), text);
    }),
    { examples: [["\ufeffx"], ["%"], [special], [" "], ["a "], [" a"]] },
  );
});

test("no bytes of a peer make it throw", () => {
  const anyByte = fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code));
  const piece = fc.oneof(anyByte, fc.constantFrom("%", "%4", "%e2", "%F0%9F"));
  fc.assert(fc.property(fc.array(piece), (pieces) => typeof decodeGrpcMessage(pieces.join("")) === "string"));
});
