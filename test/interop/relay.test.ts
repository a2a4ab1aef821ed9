import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { test } from "node:test";
import { startRelay } from "./relay.js";

test("a relay passes bytes on both ways and counts them", async () => {
  const server = createServer((socket) => void socket.once("data", () => socket.end("answer")));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const relay = await startRelay("127.0.0.1", (server.address() as AddressInfo).port);
  const client = connect(relay.port, "127.0.0.1");
  client.write("four");
  const chunks: Buffer[] = [];
  for await (const chunk of client) chunks.push(chunk as Buffer);
  assert.equal(Buffer.concat(chunks).toString(), "answer");
  assert.equal(relay.sentBytes(), 4);
  assert.equal(relay.receivedBytes(), 6);
  await relay.close();
  server.close();
  await once(server, "close");
});
