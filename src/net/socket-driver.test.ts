import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { describe, it } from "node:test";
import { SimulatedClock } from "../testing/simulated-clock.js";
import { FakeEngine } from "./fake-engine.testing.js";
import { driveSocket, engineOf } from "./socket-driver.js";

interface Fixture {
  readonly engine: FakeEngine;
  readonly socket: Socket;
  readonly peer: Socket;
  readonly socketClosed: Promise<void>;
  readonly peerClosed: Promise<void>;
  readonly listenersBefore: readonly number[];
  readonly clock: SimulatedClock;
  readonly faults: unknown[];
  /** Sizes of all writes to the driven socket. */
  readonly writes: number[];
}

/** A driven socket, connected to a plain one on loopback. Checks that nothing is left over at the end. */
async function withPair(test: (fixture: Fixture) => Promise<void>): Promise<void> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  assert.ok(address !== null && typeof address === "object");
  const peer = connect({ port: address.port, host: "127.0.0.1", allowHalfOpen: true });
  peer.on("error", () => {});
  const [socket] = (await once(server, "connection")) as [Socket];
  const clock = new SimulatedClock();
  const faults: unknown[] = [];
  const writes: number[] = [];
  const write = socket.write.bind(socket);
  socket.write = ((chunk: Uint8Array): boolean => {
    writes.push(chunk.length);
    return write(chunk);
  }) as typeof socket.write;
  const socketClosed = closedOf(socket);
  const peerClosed = closedOf(peer);
  const listenersBefore = listenerCounts(socket);
  const options = { clock, onFault: (fault: unknown): void => void faults.push(fault) };
  const engine = driveSocket(socket, options, (io) => new FakeEngine(io));
  try {
    const fixture = { engine, socket, peer, socketClosed, peerClosed, clock, faults, writes, listenersBefore };
    await test(fixture);
  } finally {
    peer.destroy();
    socket.destroy();
    await Promise.all([socketClosed, peerClosed, new Promise<void>((resolve) => server.close(() => resolve()))]);
  }
  assert.equal(clock.pendingTimers, 0);
}

function closedOf(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once("close", () => resolve()));
}

function listenerCounts(socket: Socket): number[] {
  return ["data", "end", "drain", "error", "close"].map((event) => socket.listenerCount(event));
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

async function textOf(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

describe("driveSocket: bytes", () => {
  it("starts the engine, then hands bytes up and down", () =>
    withPair(async ({ engine, peer, faults }) => {
      peer.write("ping");
      await engine.until("ping");
      engine.send("pong");
      const [chunk] = (await once(peer, "data")) as [Buffer];
      assert.equal(chunk.toString(), "pong");
      assert.deepEqual(engine.heard, ["start", "ping"]);
      assert.deepEqual(faults, []);
    }));

  it("writes once per turn, however often it is woken", () =>
    withPair(async ({ engine, peer, writes }) => {
      engine.onChunk = () => {
        engine.send("a");
        // Handlers that answer a few promises later still belong to this turn.
        void Promise.resolve()
          .then(() => Promise.resolve())
          .then(() => engine.send("b"));
        process.nextTick(() => engine.send("c"));
      };
      peer.write("go");
      const [chunk] = (await once(peer, "data")) as [Buffer];
      assert.equal(chunk.toString().split("").sort().join(""), "abc");
      assert.deepEqual(writes, [3]);
      assert.equal(engine.takeCount, 1);
    }));

  it("takes a wake from inside of takeOutput as one for the next turn", () =>
    withPair(async ({ engine, peer, writes }) => {
      const take = engine.takeOutput.bind(engine);
      engine.takeOutput = () => {
        const output = take();
        if (engine.takeCount < 3) engine.send(`${engine.takeCount}`);
        return output;
      };
      engine.send("0");
      engine.send("0");
      let received = "";
      for await (const chunk of peer) {
        received += chunk;
        if (received === "0012") break;
      }
      assert.deepEqual(writes, [2, 1, 1]);
    }));

  it("does nothing for a wake without output", () =>
    withPair(async ({ engine, writes }) => {
      engine.io.wake();
      await nextTurn();
      await nextTurn();
      assert.equal(engine.takeCount, 1);
      assert.deepEqual(writes, []);
    }));

  it("stops and goes on reading", () =>
    withPair(async ({ engine, socket, peer }) => {
      engine.io.setReading(false);
      assert.equal(socket.isPaused(), true);
      peer.write("later");
      // The bytes are there before the loop turns a few times, yet they are not handed up.
      for (let i = 0; i < 5; i++) await nextTurn();
      assert.deepEqual(engine.heard, ["start"]);
      engine.io.setReading(true);
      await engine.until("later");
    }));
});

describe("driveSocket: a peer that does not read", () => {
  it("tells the engine, leaves output with it, and goes on once the peer reads", () =>
    withPair(async ({ engine, socket, peer }) => {
      const chunk = Buffer.alloc(4 * 1024 * 1024, 120);
      const total = 8 * chunk.length;
      for (let i = 0; i < 8; i++) engine.output.push(chunk);
      engine.io.wake();
      await engine.until("writable: false");
      const takeCount = engine.takeCount;
      engine.send("tail");
      await nextTurn();
      await nextTurn();
      assert.equal(engine.takeCount, takeCount, "a stalled socket takes nothing more");
      assert.ok(socket.writableLength > 0);
      let receivedCount = 0;
      let last = "";
      for await (const received of peer) {
        receivedCount += (received as Buffer).length;
        last = (received as Buffer).toString("latin1").slice(-4);
        if (receivedCount === total + 4) break;
      }
      assert.equal(last, "tail");
      assert.deepEqual(engine.heard.slice(0, 3), ["start", "writable: false", "writable: true"]);
    }));

  it("is cut when it does not take the last bytes in time", () =>
    withPair(async ({ engine, socket, clock, socketClosed }) => {
      engine.send(Buffer.alloc(32 * 1024 * 1024));
      await engine.until("writable: false");
      engine.finish();
      await nextTurn();
      assert.equal(clock.pendingTimers, 1);
      clock.advance(999);
      assert.equal(socket.destroyed, false);
      clock.advance(1);
      assert.equal(socket.destroyed, true);
      await socketClosed;
      assert.deepEqual(engine.heard, ["start", "writable: false"]);
    }));
});

describe("driveSocket: the end", () => {
  it("closes after the last output, and drops what still comes", () =>
    withPair(async ({ engine, peer, writes, clock, socketClosed }) => {
      engine.io.setReading(false);
      engine.send("one");
      engine.finish();
      engine.send("two");
      peer.write("too late");
      assert.equal(await textOf(peer), "onetwo");
      assert.deepEqual(writes, [6]);
      peer.end();
      await socketClosed;
      assert.deepEqual(engine.heard, ["start"]);
      assert.equal(clock.pendingTimers, 0);
      engine.send("after the end");
      await nextTurn();
      assert.deepEqual(writes, [6]);
    }));

  it("destroys the socket when the peer does not close its side", () =>
    withPair(async ({ engine, socket, peer, clock, socketClosed }) => {
      const ended = once(peer, "end");
      peer.resume();
      engine.finish();
      await ended;
      assert.equal(socket.destroyed, false);
      clock.advance(1_000);
      await socketClosed;
      assert.deepEqual(engine.heard, ["start"]);
    }));

  it("tells the peer's end once, and leaves our side open for answers", () =>
    withPair(async ({ engine, peer, socketClosed }) => {
      peer.end("last");
      await engine.until("end");
      engine.send("answer");
      const answer = textOf(peer);
      await nextTurn();
      engine.finish();
      assert.equal(await answer, "answer");
      await socketClosed;
      assert.deepEqual(engine.heard, ["start", "last", "end"]);
    }));

  it("closes after the peer's end when the engine is over", () =>
    withPair(async ({ engine, peer, socketClosed }) => {
      engine.closed = true;
      peer.end();
      await socketClosed;
      assert.deepEqual(engine.heard, ["start", "end"]);
    }));

  it("tells a reset once, with what happened", () =>
    withPair(async ({ engine, peer, faults, socketClosed }) => {
      peer.resetAndDestroy();
      await engine.until("error");
      await socketClosed;
      await nextTurn();
      assert.deepEqual(engine.heard, ["start", "error: the connection was reset by the peer (ECONNRESET)"]);
      engine.io.close(false);
      engine.io.setReading(false);
      engine.send("into the void");
      await nextTurn();
      assert.deepEqual(faults, []);
    }));

  it("tells of a reset after the peer's end too", () =>
    withPair(async ({ engine, peer, socketClosed, peerClosed }) => {
      peer.end();
      await engine.until("end");
      peer.resetAndDestroy();
      await peerClosed;
      engine.send("x".repeat(1_000));
      await engine.until("error");
      await socketClosed;
      assert.deepEqual(engine.heard.slice(0, 2), ["start", "end"]);
      const errors = engine.heard.filter((event) => event.startsWith("error"));
      assert.equal(errors.length, 1);
      assert.match(errors[0]!, /ECONNRESET|EPIPE/);
    }));

  it("tells when the socket is destroyed by somebody else", () =>
    withPair(async ({ engine, socket }) => {
      socket.destroy();
      await engine.until("error");
      assert.deepEqual(engine.heard, ["start", "error: the socket was closed"]);
    }));

  it("tells when the socket was dead from the beginning", async () => {
    const socket = connect({ port: 1, host: "127.0.0.1" });
    socket.on("error", () => {});
    await closedOf(socket);
    const options = { clock: new SimulatedClock(), onFault: (fault: unknown): void => assert.fail(String(fault)) };
    const engine = driveSocket(socket, options, (io) => new FakeEngine(io));
    assert.deepEqual(engine.heard, []);
    await engine.until("error");
    assert.deepEqual(engine.heard, ["error: the socket was closed"]);
  });
});

describe("driveSocket: seams", () => {
  /** A driver whose turns end when the test says so. */
  function withOwnTurn(): { socket: Socket; engine: FakeEngine; turn: (() => void)[]; clock: SimulatedClock } {
    const socket = connect({ port: 1, host: "127.0.0.1" });
    socket.on("error", () => {});
    const turn: (() => void)[] = [];
    const clock = new SimulatedClock();
    const options = {
      clock,
      onFault: (fault: unknown): void => assert.fail(String(fault)),
      atTurnEnd: <T>(callback: (argument: T) => void, argument: T): void => void turn.push(() => callback(argument)),
    };
    return { socket, engine: driveSocket(socket, options, (io) => new FakeEngine(io)), turn, clock };
  }

  it("asks for output when the given turn ends, and names its engine", async () => {
    const { socket, engine, turn } = withOwnTurn();
    assert.equal(engineOf(socket), engine);
    engine.io.wake();
    assert.equal(engine.takeCount, 0);
    for (const end of turn) end();
    assert.equal(engine.takeCount, 1);
    await closedOf(socket);
    assert.equal(engine.takeCount, 1);
  });

  it("asks for output between the large reads of one turn, and once more at its end", async () => {
    const { socket, engine, turn } = withOwnTurn();
    const takenBefore: number[] = [];
    engine.onChunk = () => {
      takenBefore.push(engine.takeCount);
      engine.io.wake();
    };
    for (const byteCount of [65_536, 65_536, 300, 65_535, 65_536]) socket.emit("data", Buffer.alloc(byteCount));
    assert.deepEqual(takenBefore, [0, 1, 1, 1, 2]);
    for (const end of turn) end();
    assert.equal(engine.takeCount, 3);
    await closedOf(socket);
  });

  it("is not read until the turn is over when its chunks took long, be they large or small", async () => {
    for (const byteCount of [65_536, 16_384]) {
      const { socket, engine, turn, clock } = withOwnTurn();
      engine.onChunk = () => clock.advance((15 * byteCount) / 65_536);
      const read = (bytes: number): void => {
        for (let i = 0; i < bytes; i += byteCount) socket.emit("data", Buffer.alloc(byteCount));
      };
      // The clock runs from the first 64 KiB on.
      read(2 * 65_536);
      assert.equal(socket.isPaused(), false);
      read(65_536);
      assert.equal(socket.isPaused(), true);
      for (const end of turn.splice(0)) end();
      assert.equal(socket.isPaused(), false);
      // Time between turns is nobody's.
      clock.advance(1_000);
      read(2 * 65_536);
      assert.equal(socket.isPaused(), false);
      for (const end of turn.splice(0)) end();
      read(3 * 65_536);
      assert.equal(socket.isPaused(), true);
      await closedOf(socket);
    }
  });

  it("does not read on after its share when the engine wants it to stop", async () => {
    const { socket, engine, turn, clock } = withOwnTurn();
    engine.onChunk = () => clock.advance(25);
    for (let i = 0; i < 2; i++) socket.emit("data", Buffer.alloc(65_536));
    engine.io.setReading(true);
    assert.equal(socket.isPaused(), true);
    engine.io.setReading(false);
    for (const end of turn.splice(0)) end();
    assert.equal(socket.isPaused(), true);
    engine.io.setReading(true);
    assert.equal(socket.isPaused(), false);
    await closedOf(socket);
  });

  it("gives each socket a share of its own", async () => {
    const one = withOwnTurn();
    const other = withOwnTurn();
    one.engine.onChunk = () => one.clock.advance(25);
    other.engine.onChunk = () => other.clock.advance(25);
    for (const { socket } of [one, other, one, other]) socket.emit("data", Buffer.alloc(65_536));
    assert.deepEqual([one.socket.isPaused(), other.socket.isPaused()], [false, false]);
    await Promise.all([closedOf(one.socket), closedOf(other.socket)]);
  });
});

describe("driveSocket: faults", () => {
  for (const method of ["receive", "takeOutput", "receiveEnd"] as const) {
    it(`cuts the connection when ${method} throws, and reports it`, () =>
      withPair(async ({ engine, peer, faults, socketClosed }) => {
        const fault = new Error("a mistake");
        engine[method] = () => {
          throw fault;
        };
        engine.send("x");
        peer.end("y");
        await engine.until("error");
        await socketClosed;
        assert.deepEqual(faults, [fault]);
        assert.equal(engine.heard.at(-1), "error: internal error in the connection");
      }));
  }

  it("leaves no more listeners on the socket than its own", () =>
    withPair(async ({ socket, listenersBefore }) => {
      const added = listenerCounts(socket).map((count, index) => count - listenersBefore[index]!);
      assert.deepEqual(added, [1, 1, 1, 1, 1]);
    }));
});
