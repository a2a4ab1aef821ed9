import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { clientScript } from "./script.testing.js";

describe("a stream's share of a turn", () => {
  it("ends after 256 messages, and begins again when the output was taken", () => {
    const client = clientScript();
    const recorder = client.open();
    const { stream } = recorder;
    const byte = new Uint8Array(1);
    let written = 1;
    while (stream?.sendData(byte, false) === true) written++;
    assert.equal(written, 256);
    assert.ok(!recorder.log.includes("writable"));
    client.takeAll();
    assert.ok(recorder.log.includes("writable"));
    assert.equal(stream?.sendData(byte, false), true);
  });

  it("holds nobody up who ends the stream", () => {
    const client = clientScript();
    const { stream } = client.open();
    const byte = new Uint8Array(1);
    for (let i = 0; i < 255; i++) assert.equal(stream?.sendData(byte, false), true);
    assert.equal(stream?.sendData(byte, true), true);
  });
});
