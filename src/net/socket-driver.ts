import type { Clock, Timer } from "../base/clock.js";
import type { ConnectionIo } from "../http2/options.js";
import { lendReads } from "./accepted-reads.js";
import { type LentSocket, lentReadsKey, type ReadSink } from "./lent-reads.js";
import { ReadShare } from "./read-share.js";
import { describeSocketError } from "./socket-errors.js";

/** A connected socket: as much of Node's `Socket` as is used, so that a stream in memory can take its place. */
export interface ByteSocket {
  allowHalfOpen: boolean;
  readonly destroyed: boolean;
  /** Bytes that were written and are not with the kernel yet. */
  readonly writableLength: number;
  on(event: "data", listener: (chunk: Uint8Array) => void): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
  on(event: "end" | "drain" | "close", listener: () => void): unknown;
  setNoDelay(noDelay: boolean): unknown;
  /** False when the caller should wait for `drain`; the bytes are taken all the same. */
  write(bytes: Uint8Array): boolean;
  end(): unknown;
  destroy(): unknown;
  pause(): unknown;
  resume(): unknown;
  /** Whether it keeps the process alive. */
  ref(): unknown;
  unref(): unknown;
  /** Known of sockets that have one, for whoever watches. */
  readonly localAddress?: string | undefined;
  readonly localPort?: number | undefined;
  /** Of sockets with TLS. */
  getCipher?(): { readonly name: string; readonly standardName?: string };
  getX509Certificate?(): { readonly raw: Uint8Array } | undefined;
}

/** How long the peer gets to close its side, in ms, once all is written that we had to say. */
const CLOSE_TIMEOUT_DEFAULT_MS = 1_000;
/** How long a peer may take nothing, in ms, while it is owed the last answers of a connection that was drained. */
const LAST_BYTES_TIMEOUT_MS = 10_000;

/** What the driver calls: a connection that takes bytes and gives bytes. */
export interface Engine {
  /** True when the connection is over, for whatever reason. */
  readonly closed: boolean;
  /** The socket is ready. Called once, before anything else. */
  start(): void;
  /**
   * Bytes came.
   *
   * @param lent they are written over after this call; else they are the engine's now, and not changed any more
   */
  receive(chunk: Uint8Array, lent: boolean): void;
  /** The peer sends nothing any more; it may still read. At most once. */
  receiveEnd(): void;
  /** The socket is dead. At most once, and nothing follows. `message` is for people. */
  receiveError(message: string): void;
  /** All that waits to be written; the bytes are the socket's from now on. */
  takeOutput(): Uint8Array | undefined;
  /** All bytes that `takeOutput` gave are with the kernel: their memory is the engine's again. */
  outputWritten?(): void;
  /** False: the peer does not read as fast as we write, and `takeOutput` is not called until it is true again. */
  setWritable(writable: boolean): void;
}

/** Options of `driveSocket`. */
export interface SocketDriverOptions {
  readonly clock: Clock;
  /** How long the peer gets to close its side after we closed ours, in ms; then the socket is destroyed. Default 1 000. */
  readonly closeTimeoutMs?: number | undefined;
  /** An engine threw, which is a mistake of ours, never the peer's. Its connection was cut; others go on. */
  onFault(fault: unknown): void;
  /** The socket is closed for good: all that was written is with the kernel, or lost with the peer. Once, after everything else. */
  onSocketClosed?(): void;
  /** How to be called at the end of this turn of the event loop. Default `setImmediate`. */
  readonly atTurnEnd?: (<T>(callback: (argument: T) => void, argument: T) => void) | undefined;
}

/**
 * Open -> closing (last output to be written) -> ended (FIN sent, waiting for the peer's) -> dead (the engine is told nothing any
 * more) -> gone (the socket is closed).
 */
type DriverState = "open" | "closing" | "ended" | "dead" | "gone";

/** A read of so much is one of many, in bytes: Node reads up to 32 times before the turn ends. */
const bulkReadBytesMin = 65_536;

const readShare = new ReadShare();

const driverKey: unique symbol = Symbol("driver");

interface DrivenSocket extends ByteSocket, LentSocket {
  [driverKey]?: SocketDriver;
}

/**
 * Binds a connected socket to an engine: from now on the driver alone reads, writes and closes it. All output of one
 * turn of the event loop leaves in one `socket.write`, at the turn's end (`setImmediate`): by then every chunk that
 * was readable has been handled, and handlers that answer at once have answered. (Measured: flushing right after
 * each chunk's microtasks saves 3 % of a round trip with one call in flight, but costs a write per chunk.) Large reads are the
 * exception: what the one before brought about leaves before the next, so that the peer has something to do meanwhile. A socket
 * whose bytes take long to handle is not read until the turn is over, so that other sockets have theirs.
 *
 * Call it in the same turn in which the socket was handed out, since nobody else listens for its errors.
 *
 * @param makeEngine makes the engine on the given `ConnectionIo`; it must not call it before `start`
 * @returns the engine, started
 */
export function driveSocket<E extends Engine>(
  socket: ByteSocket,
  options: SocketDriverOptions,
  makeEngine: (io: ConnectionIo) => E,
): E {
  const driver = new SocketDriver(socket, options);
  const engine = makeEngine(driver);
  driver.attach(engine);
  return engine;
}

/** The engine that was bound to a socket, for whoever watches connections from outside. */
export function engineOf(socket: ByteSocket): Engine | undefined {
  return (socket as DrivenSocket)[driverKey]?.engine;
}

/** Waits no longer for a socket whose engine is over; what the engine wrote last still leaves, with the usual time to take it. */
export function abandonSocket(socket: ByteSocket): void {
  (socket as DrivenSocket)[driverKey]?.abandon();
}

class SocketDriver implements ConnectionIo, ReadSink {
  private readonly socket: ByteSocket;
  private readonly options: SocketDriverOptions;
  engine: Engine | undefined;
  private state: DriverState = "open";
  private flushScheduled = false;
  /** What the engine asked for. */
  private reading = true;
  /** Not read until this turn is over, whatever the engine asks for. */
  private yielded = false;
  /** The socket holds more than it wants to: output stays in the engine, whose limits see it there. */
  private stalled = false;
  private drained = false;
  private closeTimer: Timer | undefined;

  constructor(socket: ByteSocket, options: SocketDriverOptions) {
    this.socket = socket;
    this.options = options;
  }

  attach(engine: Engine): void {
    this.engine = engine;
    const socket = this.socket as DrivenSocket;
    socket[driverKey] = this;
    // The listeners are shared by all sockets and find their driver by `this`: no closures per connection.
    socket.on("error", onError);
    socket.on("close", onClose);
    if (socket.destroyed) {
      process.nextTick(onClose.bind(socket));
      return;
    }
    socket.setNoDelay(true);
    // The engine decides when our side ends. Not from the beginning: a TLS handshake with half a connection would hang.
    socket.allowHalfOpen = true;
    socket.on("end", onEnd);
    socket.on("drain", onDrain);
    this.guarded(() => engine.start());
    const reads = socket[lentReadsKey];
    if (reads !== undefined) {
      reads.attach(this);
      return;
    }
    socket.on("data", onData);
    lendReads(socket, onRead);
  }

  wake(): void {
    if (this.flushScheduled) return;
    this.flushScheduled = true;
    this.atTurnEnd(flush);
  }

  private atTurnEnd(callback: (driver: SocketDriver) => void): void {
    (this.options.atTurnEnd ?? setImmediate)(callback, this);
  }

  close(drained: boolean): void {
    if (this.state !== "open") return;
    this.state = "closing";
    this.drained = drained;
    // What still comes is read and dropped: closing a socket with unread bytes in it would make the kernel send a
    // reset, which can overtake our last frames.
    this.socket.resume();
    this.wake();
  }

  abandon(): void {
    this.drained = false;
    if (this.state === "ended") this.onDead("the peer was not waited for any longer");
  }

  setReading(reading: boolean): void {
    if (this.state !== "open") return;
    this.reading = reading;
    if (this.yielded) return;
    if (reading) this.socket.resume();
    else this.socket.pause();
  }

  flush(): void {
    this.flushScheduled = false;
    this.flushNow();
  }

  private flushNow(): void {
    if (this.state !== "open" && this.state !== "closing") return;
    if (this.stalled && this.state === "open") return;
    try {
      const output = this.engine?.takeOutput();
      if (output !== undefined) this.write(output);
    } catch (fault) {
      this.fail(fault);
      return;
    }
    if (this.state === "closing") this.end();
  }

  onChunk(chunk: Uint8Array, lent: boolean): void {
    if (this.flushScheduled && chunk.length >= bulkReadBytesMin) this.flushNow();
    if (this.state !== "open") return;
    try {
      this.engine?.receive(chunk, lent);
    } catch (fault) {
      this.fail(fault);
    }
    if (readShare.isDue(this, chunk.length)) this.shareTurn();
  }

  /** Lets other sockets be read before this one goes on, when it has been at it for long. */
  private shareTurn(): void {
    const usedUp = readShare.isUsedUp(this.options.clock);
    if (usedUp === undefined) this.atTurnEnd(endShare);
    if (usedUp !== true || this.state !== "open") return;
    this.yielded = true;
    this.socket.pause();
  }

  endShare(): void {
    readShare.end(this);
    if (!this.yielded) return;
    this.yielded = false;
    if (this.reading && this.state === "open") this.socket.resume();
  }

  onPeerEnd(): void {
    if (this.state !== "open") return;
    this.guarded(() => this.engine?.receiveEnd());
    // An engine that has nothing left to answer need not ask for the close.
    if (this.engine?.closed === true) this.close(false);
  }

  onWritable(): void {
    if (!this.stalled) return;
    this.stalled = false;
    if (this.state !== "open") return;
    this.guarded(() => {
      this.engine?.outputWritten?.();
      this.engine?.setWritable(true);
    });
    this.wake();
  }

  /** The socket is dead, or about to be. */
  onDead(message: string): void {
    const before = this.state;
    if (before === "dead" || before === "gone") return;
    this.state = "dead";
    this.closeTimer?.cancel();
    this.socket.destroy();
    // After `close()` the engine is over, and how its socket ends is of no interest to it.
    if (before === "open") this.guarded(() => this.engine?.receiveError(message));
  }

  /** The socket is closed, and told so; once. */
  onGone(): void {
    this.onDead("the socket was closed");
    if (this.state === "gone") return;
    this.state = "gone";
    // It may have been the last that was read, and is not to be kept for that.
    readShare.end(this);
    this.options.onSocketClosed?.();
  }

  private write(output: Uint8Array): void {
    if (!this.socket.write(output)) this.stall();
    // Most writes are done when they return.
    if (this.socket.writableLength === 0) this.engine?.outputWritten?.();
  }

  private stall(): void {
    if (this.stalled) return;
    this.stalled = true;
    if (this.state === "open") this.engine?.setWritable(false);
  }

  private end(): void {
    this.state = "ended";
    this.socket.end();
    this.awaitPeer();
  }

  /** The peer gets time to close its side, and before that to take what it is owed: a slow path is not its fault. */
  private awaitPeer(): void {
    const unsentBytes = this.drained ? this.socket.writableLength : 0;
    const closeTimeoutMs = this.options.closeTimeoutMs ?? CLOSE_TIMEOUT_DEFAULT_MS;
    const timeoutMs = unsentBytes > 0 ? Math.max(closeTimeoutMs, LAST_BYTES_TIMEOUT_MS) : closeTimeoutMs;
    this.closeTimer = this.options.clock.setTimer(timeoutMs, () => {
      if (this.socket.writableLength < unsentBytes) this.awaitPeer();
      else this.onDead("the peer did not close in time");
    });
  }

  private guarded(call: () => void): void {
    try {
      call();
    } catch (fault) {
      this.fail(fault);
    }
  }

  /** The last line: a mistake in an engine costs its connection, not the process. */
  private fail(fault: unknown): void {
    this.onDead("internal error in the connection");
    this.options.onFault(fault);
  }
}

function flush(driver: SocketDriver): void {
  driver.flush();
}

function endShare(driver: SocketDriver): void {
  driver.endShare();
}

function onData(this: ByteSocket, chunk: Uint8Array): void {
  (this as DrivenSocket)[driverKey]?.onChunk(chunk, false);
}

/** In place of `data`, where the socket's reads are lent. False would pause the socket. */
function onRead(this: ByteSocket, byteCount: number, memory: Uint8Array): boolean {
  (this as DrivenSocket)[driverKey]?.onChunk(memory.subarray(0, byteCount), true);
  return true;
}

function onEnd(this: ByteSocket): void {
  (this as DrivenSocket)[driverKey]?.onPeerEnd();
}

function onDrain(this: ByteSocket): void {
  (this as DrivenSocket)[driverKey]?.onWritable();
}

function onError(this: ByteSocket, error: Error): void {
  (this as DrivenSocket)[driverKey]?.onDead(describeSocketError(error));
}

function onClose(this: ByteSocket): void {
  (this as DrivenSocket)[driverKey]?.onGone();
}
