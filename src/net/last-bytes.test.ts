import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ConnectionIo } from "../http2/options.js";
import { SimulatedClock } from "../testing/simulated-clock.js";
import { abandonSocket, type ByteSocket, driveSocket, type Engine } from "./socket-driver.js";

/** A socket whose peer takes bytes when the test says so. */
class SlowSocket implements ByteSocket {
  allowHalfOpen: boolean = false;
  destroyed: boolean = false;
  writableLength: number = 0;
  ended: boolean = false;

  on(): void {}
  setNoDelay(): void {}
  pause(): void {}
  resume(): void {}
  ref(): void {}
  unref(): void {}

  write(bytes: Uint8Array): boolean {
    this.writableLength += bytes.length;
    return false;
  }

  end(): void {
    this.ended = true;
  }

  destroy(): void {
    this.destroyed = true;
  }
}

/** Says one thing, and is over. */
class LastWords implements Engine {
  closed: boolean = false;
  private readonly io: ConnectionIo;

  constructor(io: ConnectionIo) {
    this.io = io;
  }

  start(): void {}
  receive(): void {}
  receiveEnd(): void {}
  receiveError(): void {}
  setWritable(): void {}

  takeOutput(): Uint8Array {
    return new Uint8Array(1_000);
  }

  finish(drained: boolean): void {
    this.closed = true;
    this.io.close(drained);
  }
}

/** @param beforeLastBytes what happens after the engine asked for the end, before its last bytes leave */
function finished(
  drained: boolean,
  beforeLastBytes = (_socket: SlowSocket): void => {},
): { socket: SlowSocket; clock: SimulatedClock } {
  const socket = new SlowSocket();
  const clock = new SimulatedClock();
  const turn: (() => void)[] = [];
  const engine = driveSocket(
    socket,
    {
      clock,
      onFault: (fault) => assert.fail(String(fault)),
      atTurnEnd: (callback, argument) => void turn.push(() => callback(argument)),
    },
    (io) => new LastWords(io),
  );
  engine.finish(drained);
  beforeLastBytes(socket);
  for (const end of turn) end();
  assert.ok(socket.ended);
  return { socket, clock };
}

describe("the last bytes of a connection that was drained", () => {
  it("are waited for as long as the peer takes some of them", () => {
    const { socket, clock } = finished(true);
    for (let left = 900; left >= 0; left -= 100) {
      clock.advance(9_999);
      assert.equal(socket.destroyed, false);
      socket.writableLength = left;
      clock.advance(1);
    }
    assert.equal(socket.destroyed, false);
    clock.advance(1_000);
    assert.equal(socket.destroyed, true);
    assert.equal(clock.pendingTimers, 0);
  });

  it("are given up when the peer takes none for long", () => {
    const { socket, clock } = finished(true);
    clock.advance(9_999);
    assert.equal(socket.destroyed, false);
    clock.advance(1);
    assert.equal(socket.destroyed, true);
    assert.equal(clock.pendingTimers, 0);
  });

  it("are waited for no longer once the connection is abandoned", () => {
    const { socket, clock } = finished(true);
    clock.advance(9_000);
    abandonSocket(socket);
    assert.equal(socket.destroyed, true);
    assert.equal(clock.pendingTimers, 0);
  });

  it("still leave where the connection is abandoned before, but are not waited for", () => {
    const { socket, clock } = finished(true, abandonSocket);
    assert.equal(socket.destroyed, false);
    assert.equal(socket.writableLength, 1_000);
    clock.advance(999);
    assert.equal(socket.destroyed, false);
    clock.advance(1);
    assert.equal(socket.destroyed, true);
  });

  it("are not waited for where the connection ended by an error", () => {
    const { socket, clock } = finished(false);
    clock.advance(1_000);
    assert.equal(socket.destroyed, true);
  });
});

it("a socket that closes twice is told once", async () => {
  const listeners: Partial<Record<string, (this: ByteSocket) => void>> = {};
  const socket = Object.assign(new SlowSocket(), {
    on: (event: string, listener: (this: ByteSocket) => void) => {
      listeners[event] = listener;
    },
  });
  let closes = 0;
  const onFault = (fault: unknown): void => assert.fail(String(fault));
  const options = { clock: new SimulatedClock(), onFault, onSocketClosed: () => closes++, atTurnEnd: () => undefined };
  driveSocket(socket, options, (io) => new LastWords(io));
  listeners["close"]?.call(socket);
  listeners["close"]?.call(socket);
  assert.equal(closes, 1);
});

it("the engine hears that its output was written once the socket holds none of it", () => {
  const socket = new SlowSocket();
  const listeners: Partial<Record<string, (this: ByteSocket) => void>> = {};
  Object.assign(socket, {
    on: (event: string, listener: (this: ByteSocket) => void) => {
      listeners[event] = listener;
    },
  });
  const turn: (() => void)[] = [];
  let written = 0;
  const options = {
    clock: new SimulatedClock(),
    onFault: (fault: unknown): void => assert.fail(String(fault)),
    atTurnEnd: <T>(callback: (argument: T) => void, argument: T): void => void turn.push(() => callback(argument)),
  };
  let wake = (): void => undefined;
  driveSocket(socket, options, (io) => {
    wake = () => io.wake();
    return Object.assign(new LastWords(io), { outputWritten: () => written++ });
  });
  wake();
  for (const end of turn.splice(0)) end();
  assert.deepEqual([socket.writableLength, written], [1_000, 0], "the socket holds it");
  socket.writableLength = 0;
  listeners["drain"]?.call(socket);
  assert.equal(written, 1);
  socket.write = () => true;
  for (const end of turn.splice(0)) end();
  assert.equal(written, 2, "taken at once");
});
