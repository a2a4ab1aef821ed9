import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ReferenceDecoder } from "./reference-hpack.js";

function bytes(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, "hex"));
}

describe("the reference decoder", () => {
  it("reads the requests of RFC 7541, C.4", () => {
    const decoder = new ReferenceDecoder(4_096);
    assert.deepEqual(decoder.decode(bytes("828684418cf1e3c2e5f23a6ba0ab90f4ff")), [
      [":method", "GET"],
      [":scheme", "http"],
      [":path", "/"],
      [":authority", "www.example.com"],
    ]);
    assert.deepEqual(decoder.decode(bytes("828684be5886a8eb10649cbf")).slice(3), [
      [":authority", "www.example.com"],
      ["cache-control", "no-cache"],
    ]);
  });

  it("evicts as RFC 7541, C.5 does", () => {
    const decoder = new ReferenceDecoder(256);
    const date = "Mon, 21 Oct 2013 20:13:21 GMT";
    const literal = (text: string): string => Buffer.from(text).toString("hex");
    decoder.decode(
      bytes(
        `480333303258077072697661746561 1d${literal(date)}6e17${literal("https://www.example.com")}`.replaceAll(
          " ",
          "",
        ),
      ),
    );
    assert.deepEqual(decoder.decode(bytes("4803333037c1c0bf")), [
      [":status", "307"],
      ["cache-control", "private"],
      ["date", date],
      ["location", "https://www.example.com"],
    ]);
    // 302 has left the table, so that there is no fifth entry.
    assert.throws(() => decoder.decode(bytes("c2")), /index 66, but the table ends at 65/);
  });

  it("refuses what the RFC forbids", () => {
    assert.throws(() => new ReferenceDecoder(100).decode(bytes("3fff7f")), /limit/);
    assert.throws(() => new ReferenceDecoder(100).decode(bytes("8220")), /behind a field/);
    assert.throws(() => new ReferenceDecoder(100).decode(bytes("4005")), /longer than its block/);
  });
});
