import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer, type Server, Socket } from "node:net";
import { PassThrough } from "node:stream";
import { after, before, describe, it } from "node:test";
import { lendReads } from "./accepted-reads.js";
import { readMemory } from "./lent-reads.js";

describe("lendReads", { skip: readMemory() === undefined ? "this runtime has no onread" : false }, () => {
  let server: Server;
  before(async () => {
    server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
  });
  after(() => server.close());

  async function pair(): Promise<{ client: Socket; accepted: Socket }> {
    const address = server.address();
    assert.ok(typeof address === "object" && address !== null);
    const client = connect(address.port, "127.0.0.1");
    const [accepted] = (await once(server, "connection")) as [Socket];
    return { client, accepted };
  }

  /** All that comes until the end, as text, and the memory that it came in. */
  function collect(socket: Socket): { lent: string[]; events: string[]; memories: Set<Uint8Array> } {
    const got = { lent: [] as string[], events: [] as string[], memories: new Set<Uint8Array>() };
    socket.on("data", (chunk) => got.events.push(chunk.toString()));
    lendReads(socket, function (this: unknown, byteCount, memory) {
      assert.equal(this, socket);
      got.memories.add(memory);
      got.lent.push(Buffer.from(memory.subarray(0, byteCount)).toString());
      return true;
    });
    return got;
  }

  it("gives what an accepted socket reads in the memory of all, and no data events", async () => {
    const { client, accepted } = await pair();
    const got = collect(accepted);
    client.end("hello");
    await once(accepted, "end");
    assert.deepEqual([got.lent, got.events], [["hello"], []]);
    assert.deepEqual([...got.memories], [readMemory()]);
    accepted.end();
    await once(accepted, "close");
  });

  it("waits while the socket is paused", async () => {
    const { client, accepted } = await pair();
    const got = collect(accepted);
    client.write("one");
    while (got.lent.length === 0) await new Promise(setImmediate);
    accepted.pause();
    client.write("two");
    // The bytes are with the kernel of this machine when the answer of another connection came back through it.
    const other = await pair();
    other.accepted.end();
    other.client.resume();
    await once(other.client, "end");
    assert.deepEqual(got.lent, ["one"]);
    accepted.resume();
    client.end();
    await once(accepted, "end");
    assert.equal(got.lent.join(""), "onetwo");
    accepted.end();
  });

  it("leaves a socket alone that has bytes already, and one that is none", async () => {
    const { client, accepted } = await pair();
    client.end("early");
    await once(accepted, "readable");
    const got = collect(accepted);
    await once(accepted, "end");
    assert.deepEqual([got.lent, got.events], [[], ["early"]]);
    accepted.end();
    assert.equal(
      lendReads(new PassThrough(), () => true),
      false,
    );
    const dead = new Socket();
    dead.destroy();
    assert.equal(
      lendReads(dead, () => true),
      false,
    );
  });
});
