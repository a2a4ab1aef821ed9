import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { describe, it } from "node:test";
import { Server } from "./server.js";

const beginning = Buffer.concat([
  Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
  // Empty SETTINGS.
  Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]),
]);

describe("close of a server", () => {
  it("ends when its sockets are closed, not before: who then ends the process loses no bytes", async () => {
    const server = new Server();
    const target = await server.listen("127.0.0.1:0");
    const client = connect({ port: Number(target.split(":").at(-1)), host: "127.0.0.1", allowHalfOpen: true });
    client.write(beginning);
    await once(client, "data");
    let isClosed = false;
    const closing = server.close({ graceMs: 0 }).then(() => {
      isClosed = true;
    });
    client.resume();
    await once(client, "end");
    await new Promise(setImmediate);
    assert.equal(isClosed, false);
    client.end();
    await closing;
    await once(client, "close");
  });
});
