import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ClientScript, clientScript, goaway, ping, settings } from "./script.testing.js";

describe("streams that had not left when a client's connection ended", () => {
  const ends: Readonly<Record<string, (connection: ClientScript["connection"]) => void>> = {
    "the peer's end": (connection) => connection.receiveEnd(),
    "a connection error": (connection) => connection.receive(ping("short")),
  };
  for (const [name, end] of Object.entries(ends)) {
    it(`are not sent with the last output: ${name}`, () => {
      const script = clientScript();
      const unsent = script.open();
      unsent.stream?.sendData(new Uint8Array(5), true);
      end(script.connection);
      assert.match(unsent.log.join(), /^reset \w+ unprocessed$/);
      assert.deepEqual(
        script.takeAll().filter((one) => !one.startsWith("GOAWAY")),
        [],
      );
    });
  }

  it("take the preface with them, and then a GOAWAY has no place either", () => {
    const script = new ClientScript();
    script.connection.start();
    const unsent = script.open();
    script.send(settings(), goaway(0, 0));
    assert.equal(unsent.log.length, 1);
    assert.ok(script.connection.closed);
    script.expect();
  });
});
