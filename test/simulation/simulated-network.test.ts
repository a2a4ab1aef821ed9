import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { PathOptions } from "./pipe.js";
import { SeededRandom } from "./seeded-random.js";
import { type Link, SimulatedNetwork } from "./simulated-network.js";
import type { SimulatedSocket } from "./simulated-socket.js";
import { World } from "./world.js";

const path: PathOptions = {
  latencyMs: 5,
  jitterMs: 5,
  bytesPerMs: 1_000,
  sendBufferBytes: 1_000,
  receiveBufferBytes: 1_000,
  segmentBytesMax: 7,
};

interface Pair {
  readonly world: World;
  readonly network: SimulatedNetwork;
  readonly link: Link;
  readonly client: Heard;
  readonly server: Heard;
}

/** What one end heard. */
class Heard {
  readonly socket: SimulatedSocket;
  readonly events: string[] = [];
  readonly bytes: number[] = [];

  constructor(socket: SimulatedSocket) {
    this.socket = socket;
    socket.allowHalfOpen = true;
    socket.on("data", (chunk: never) => this.bytes.push(...(chunk as Uint8Array)));
    for (const event of ["end", "drain", "close"] as const) socket.on(event, () => this.events.push(event));
    socket.on("error", () => this.events.push("error"));
  }
}

async function connect(seed: number): Promise<Pair> {
  const world = new World(seed, undefined);
  const links: Link[] = [];
  const network = new SimulatedNetwork(world, new SeededRandom(seed), () => path, {
    onLink: (link) => links.push(link),
    onDisturbance: () => undefined,
  });
  const ends: Heard[] = [];
  const handler = {
    onConnection: (socket: unknown) => ends.push(new Heard(socket as SimulatedSocket)),
    onError: () => assert.fail(),
  };
  await network.seam.listen("127.0.0.1:1", {}, handler);
  const connected = {
    onConnected: (socket: unknown) => ends.push(new Heard(socket as SimulatedSocket)),
    onFailed: () => assert.fail(),
  };
  network.seam.dial({ host: "127.0.0.1", port: 1 }, { clock: world.time, connectTimeoutMs: 1_000 }, connected);
  await world.run(() => ends.length === 2, 1_000);
  const [server, client] = ends as [Heard, Heard];
  return { world, network, link: links[0] as Link, client, server };
}

const sent: readonly number[] = Array.from({ length: 5_000 }, (_, index) => index % 251);

describe("the simulated network", () => {
  it("brings all bytes in order, late and in pieces, and asks writers to wait", async () => {
    const { world, client, server } = await connect(1);
    assert.equal(client.socket.write(Uint8Array.from(sent)), true);
    assert.ok(client.socket.writableLength > 0);
    const large = new Uint8Array(40_000);
    assert.equal(client.socket.write(large), false);
    client.socket.end();
    await world.run(() => server.events.includes("end"), 10_000);
    assert.deepEqual(server.bytes.slice(0, sent.length), sent);
    assert.equal(server.bytes.length, sent.length + large.length);
    assert.deepEqual(client.events, ["drain"]);
    server.socket.end();
    await world.run(() => false, 20_000);
    assert.deepEqual(client.events, ["drain", "end", "close"]);
    assert.deepEqual(server.events, ["end", "close"]);
    assert.equal(world.time.pendingTimers, 0);
  });

  it("stops for a reader that pauses", async () => {
    const { world, client, server } = await connect(2);
    server.socket.pause();
    client.socket.write(Uint8Array.from(sent));
    await world.run(() => false, 10_000);
    assert.equal(server.bytes.length, 0);
    const { unreadBytes } = server.socket;
    assert.ok(unreadBytes > path.receiveBufferBytes / 2 && unreadBytes <= path.receiveBufferBytes);
    server.socket.resume();
    await world.run(() => false, 20_000);
    assert.deepEqual(server.bytes, sent);
  });

  it("tells both ends of a reset", async () => {
    const { world, network, link, client, server } = await connect(3);
    network.reset(link);
    await world.run(() => false, 10_000);
    assert.deepEqual(client.events, ["error", "close"]);
    assert.deepEqual(server.events, ["error", "close"]);
  });

  it("holds everything up while a port cannot be reached, and loses nothing", async () => {
    const { world, network, client, server } = await connect(4);
    client.socket.write(Uint8Array.from(sent));
    network.partition(1);
    await world.run(() => false, 10_000);
    assert.equal(server.bytes.length, 0);
    network.heal(1);
    await world.run(() => false, 20_000);
    assert.deepEqual(server.bytes, sent);
  });

  it("answers bytes for a destroyed end with a reset", async () => {
    const { world, client, server } = await connect(5);
    server.socket.destroy();
    client.socket.write(Uint8Array.of(1));
    await world.run(() => false, 10_000);
    assert.ok(client.events.includes("error") && client.events.includes("close"));
  });

  it("notices memory that is written over before the socket has sent it", async () => {
    const { world, client } = await connect(6);
    const bytes = Uint8Array.from(sent);
    client.socket.write(bytes);
    bytes.fill(0, 4_000);
    await assert.rejects(
      world.run(() => false, 10_000),
      /written over/,
    );
  });
});
