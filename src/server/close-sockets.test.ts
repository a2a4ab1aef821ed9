import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { describe, it } from "node:test";
import { SimulatedClock } from "../testing/simulated-clock.js";
import { Server } from "./server.js";

const beginning = Buffer.concat([
  Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
  // Empty SETTINGS.
  Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]),
]);

/** A client that has the server's SETTINGS, and ends its side when told only. */
async function clientOf(server: Server): Promise<Socket> {
  const { port } = await server.listen("127.0.0.1:0");
  const client = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  client.write(beginning);
  await once(client, "data");
  client.resume();
  return client;
}

describe("close of a server", () => {
  it("ends when its sockets are closed, not before: who then ends the process loses no bytes", async () => {
    const server = new Server();
    const client = await clientOf(server);
    let isClosed = false;
    const closing = server.close({ graceMs: 0 }).then(() => {
      isClosed = true;
    });
    await once(client, "end");
    await new Promise(setImmediate);
    assert.equal(isClosed, false);
    client.end();
    await closing;
    await once(client, "close");
  });

  it("tells its clients, also when it is closed again in the same turn", async () => {
    const server = new Server();
    const client = await clientOf(server);
    client.on("error", () => {});
    const chunks: Buffer[] = [];
    client.on("data", (chunk: Buffer) => chunks.push(chunk));
    const closing = server.close({ graceMs: 0 });
    void server.close({ graceMs: 0 });
    await once(client, "end");
    client.end();
    await closing;
    const goaway = Buffer.from([7, 0, 0, 0, 0, 0]);
    assert.ok(Buffer.concat(chunks).includes(goaway), Buffer.concat(chunks).toString("hex"));
  });

  it("does not wait for a client beyond its grace", async () => {
    // Nothing else ends the wait: the time of this clock does not pass by itself.
    const clock = new SimulatedClock();
    const server = new Server({ clock });
    const client = await clientOf(server);
    client.on("error", () => {});
    void server.close({ graceMs: 0 });
    await once(client, "end");
    const closing = server.close({ graceMs: 5_000 });
    clock.advance(900);
    void server.close({ graceMs: 0 });
    await closing;
    client.destroy();
  });
});
