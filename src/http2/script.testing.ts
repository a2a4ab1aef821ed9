/** Frame scripts for tests: a connection under test, and a fake peer that is nothing but the bytes of `frames.testing.ts`. */
import assert from "node:assert/strict";
import type { Clock, Timer } from "../base/clock.js";
import type {
  HeaderList,
  ServerStreamAcceptor,
  StreamHandler,
  TransportFailure,
  TransportStream,
} from "../base/transport.js";
import { HpackDecoder } from "../hpack/decoder.js";
import { Http2ClientConnection } from "./client-connection.js";
import type { Http2Connection } from "./connection.js";
import { errorCodeName } from "./errors.js";
import {
  ACK,
  ascii,
  bytesOf,
  END_HEADERS,
  END_STREAM,
  preface,
  request,
  settings,
  settingsAck,
} from "./frames.testing.js";
import type { ConnectionIo, ConnectionObserver, Http2Options } from "./options.js";
import { Http2ServerConnection } from "./server-connection.js";

export * from "./frames.testing.js";

/** Time that passes when told to. */
export class SimulatedClock implements Clock {
  private now: number = 1_000;
  private readonly timers: Set<{ atMs: number; callback: () => void }> = new Set();

  nowMs(): number {
    return this.now;
  }

  /** Timers that are set: none may be left behind. */
  get pending(): number {
    return this.timers.size;
  }

  setTimer(delayMs: number, callback: () => void): Timer {
    const timer = { atMs: this.now + delayMs, callback };
    this.timers.add(timer);
    return { cancel: () => void this.timers.delete(timer) };
  }

  advance(ms: number): void {
    const end = this.now + ms;
    for (;;) {
      const next = [...this.timers].filter((timer) => timer.atMs <= end).sort((a, b) => a.atMs - b.atMs)[0];
      if (next === undefined) break;
      this.timers.delete(next);
      this.now = Math.max(this.now, next.atMs);
      next.callback();
    }
    this.now = end;
  }
}

/** Writes down what a stream hears. */
export class Recorder implements StreamHandler {
  readonly log: string[] = [];
  readonly lists: HeaderList[] = [];
  readonly failures: TransportFailure[] = [];
  bytes: number = 0;
  stream: TransportStream | undefined;
  /** Run at each event, to do something from inside of a callback. */
  react: ((event: string) => void) | undefined;
  /** Says that a large message is under way. */
  gathers: boolean = false;
  /** Consume all data at once. */
  consumes: boolean = true;

  onHeaders(list: HeaderList, endStream: boolean): void {
    this.lists.push(list);
    this.note(endStream ? "headers end" : "headers");
  }

  onData(bytes: Uint8Array, endStream: boolean): void {
    this.bytes += bytes.length;
    if (this.consumes) this.stream?.consume(bytes.length);
    this.note(`data ${bytes.length}${endStream ? " end" : ""}`);
  }

  onReset(failure: TransportFailure): void {
    this.failures.push(failure);
    this.note(`reset ${errorCodeName(failure.code)}${failure.unprocessed ? " unprocessed" : ""}`);
  }

  onWritable(): void {
    this.note("writable");
  }

  private note(event: string): void {
    this.log.push(event);
    this.react?.(event);
  }
}

const typeNames = ["DATA", "HEADERS", "PRIORITY", "RST_STREAM", "SETTINGS", "PUSH_PROMISE", "PING", "GOAWAY"];
typeNames.push("WINDOW_UPDATE", "CONTINUATION");

/** A connection under test and what is around it. */
export class Script<C extends Http2Connection = Http2Connection> implements ConnectionIo {
  readonly clock: SimulatedClock = new SimulatedClock();
  readonly connection: C;
  /** What the driver was told: `close`, `close drained`, `pause`, `resume`. */
  readonly io: string[] = [];
  /** What the observer was told. */
  readonly notices: string[] = [];
  readonly errors: unknown[] = [];
  failure: TransportFailure | undefined;
  /** Header lists of ours, in the order they came. */
  readonly lists: HeaderList[] = [];
  /** Payload bytes of DATA, by stream. */
  readonly received: Map<number, number> = new Map();
  woken: boolean = false;
  private readonly decoder: HpackDecoder = new HpackDecoder({ headerListBytesMax: 1e9, fieldsMax: 1e6 });
  private fragments: Uint8Array[] = [];
  private rest: Uint8Array = new Uint8Array(0);

  constructor(make: (io: ConnectionIo, observer: ConnectionObserver, basics: Http2Options) => C) {
    const observer: ConnectionObserver = {
      onReady: () => this.notices.push("ready"),
      onCapacity: () => this.notices.push("capacity"),
      onGoaway: (code, last, text) => this.notices.push(`goaway ${errorCodeName(code)} ${last} ${text}`.trim()),
      onIdle: () => this.notices.push("idle"),
      onActive: () => this.notices.push("active"),
      onError: (error) => this.errors.push(error),
      onClosed: (failure) => {
        assert.equal(this.failure, undefined, "onClosed came twice");
        this.failure = failure;
        this.notices.push("closed");
      },
    };
    this.connection = make(this, observer, { clock: this.clock, random: () => 0.5 });
  }

  wake(): void {
    assert.ok(!this.woken, "wake came twice before takeOutput");
    this.woken = true;
  }

  close(drained: boolean): void {
    this.io.push(drained ? "close drained" : "close");
  }

  setReading(reading: boolean): void {
    this.io.push(reading ? "resume" : "pause");
  }

  /** The fake peer sends. The bytes are lent, and written over afterwards: nothing may have been kept. */
  send(...frames: Uint8Array[]): void {
    const bytes = bytesOf(...frames);
    this.connection.receive(bytes, true);
    bytes.fill(0xee);
  }

  /** Takes output once, as a driver does when it was woken, and gives its frames as text. */
  take(): string[] {
    this.woken = false;
    const output = this.connection.takeOutput();
    return output === undefined ? [] : this.parse(output);
  }

  /** Takes output until there is none. */
  takeAll(): string[] {
    const all: string[] = [];
    do all.push(...this.take());
    while (this.woken);
    return all;
  }

  /** The peer gets exactly these frames. */
  expect(...frames: string[]): void {
    assert.deepEqual(this.takeAll(), frames);
  }

  /** The connection ended with a GOAWAY of this code as the last frame, and was closed. */
  expectConnectionError(code: string, message?: RegExp): void {
    const last = this.takeAll().at(-1) ?? "";
    assert.match(last, new RegExp(`^GOAWAY \\d+ ${code}( |$)`));
    assert.equal(errorCodeName(this.failure?.code ?? -1), code);
    assert.equal(this.failure?.scope, "connection");
    if (message !== undefined) assert.match(this.failure?.message ?? "", message);
    assert.deepEqual(this.io.at(-1), "close");
    assert.equal(this.clock.pending, 0, "timers were left behind");
  }

  private parse(output: Uint8Array): string[] {
    const bytes = bytesOf(this.rest, output);
    const frames: string[] = [];
    let at = 0;
    if (ascii("PRI *").every((char, i) => bytes[i] === char)) {
      frames.push("PREFACE");
      at = 24;
    }
    while (bytes.length - at >= 9) {
      const view = new DataView(bytes.buffer, bytes.byteOffset + at);
      const end = at + 9 + (view.getUint16(0) * 256 + view.getUint8(2));
      assert.ok(end <= bytes.length, "takeOutput gave part of a frame");
      frames.push(this.describe(view.getUint8(3), view.getUint8(4), view.getUint32(5), bytes.subarray(at + 9, end)));
      at = end;
    }
    this.rest = bytes.slice(at);
    return frames;
  }

  private describe(type: number, flags: number, streamId: number, payload: Uint8Array): string {
    const view = new DataView(payload.buffer, payload.byteOffset, payload.length);
    const name = typeNames[type] ?? `type ${type}`;
    switch (name) {
      case "DATA":
        this.received.set(streamId, (this.received.get(streamId) ?? 0) + payload.length);
        return `DATA ${streamId} ${payload.length}${(flags & END_STREAM) === 0 ? "" : " END_STREAM"}`;
      case "HEADERS":
      case "CONTINUATION":
        this.fragments.push(payload);
        if ((flags & END_HEADERS) !== 0) this.decode();
        return `${name} ${streamId}${name === "HEADERS" && (flags & END_STREAM) !== 0 ? " END_STREAM" : ""}`;
      case "RST_STREAM":
        return `RST_STREAM ${streamId} ${errorCodeName(view.getUint32(0))}`;
      case "SETTINGS":
      case "PING":
        return (flags & ACK) === 0 ? name : `${name} ACK`;
      case "GOAWAY":
        return `GOAWAY ${view.getUint32(0)} ${errorCodeName(view.getUint32(4))}`;
      case "WINDOW_UPDATE":
        return `WINDOW_UPDATE ${streamId} ${view.getUint32(0)}`;
      default:
        return name;
    }
  }

  private decode(): void {
    const whole = bytesOf(...this.fragments);
    this.fragments = [];
    const list = this.decoder.decode(whole, 0, whole.length);
    assert.ok(list !== undefined, this.decoder.failure?.message);
    this.lists.push(list);
  }
}

/** What a server script's acceptor saw. */
export interface Accepted {
  readonly stream: TransportStream;
  readonly headers: HeaderList;
  readonly endStream: boolean;
  readonly recorder: Recorder;
}

export class ServerScript extends Script<Http2ServerConnection> {
  readonly accepted: Accepted[];

  constructor(options: Partial<Http2Options> = {}, onAccept?: (accepted: Accepted) => void) {
    const all: Accepted[] = [];
    const acceptor: ServerStreamAcceptor = {
      onStream: (stream, list, endStream) => {
        const recorder = new Recorder();
        recorder.stream = stream;
        const accepted = { stream, headers: list, endStream, recorder };
        all.push(accepted);
        onAccept?.(accepted);
        return recorder;
      },
    };
    const peer = { address: "inproc:test", secure: false };
    super((io, observer, basics) => new Http2ServerConnection({ ...basics, ...options }, io, acceptor, peer, observer));
    this.accepted = all;
  }

  /** Preface and settings of both sides. */
  handshake(...peerSettings: number[]): this {
    this.connection.start();
    this.send(preface, settings(...peerSettings), settingsAck);
    this.takeAll();
    return this;
  }

  /** The last stream that was accepted. */
  get last(): Accepted {
    const last = this.accepted.at(-1);
    assert.ok(last !== undefined, "no stream was accepted");
    return last;
  }
}

export class ClientScript extends Script<Http2ClientConnection> {
  constructor(options: Partial<Http2Options> = {}) {
    super((io, observer, basics) => new Http2ClientConnection({ ...basics, ...options }, io, observer));
  }

  handshake(...peerSettings: number[]): this {
    this.connection.start();
    this.send(settings(...peerSettings), settingsAck);
    this.takeAll();
    return this;
  }

  /** Opens a stream; the recorder has it as `stream`. */
  open(endStream: boolean = false, list: HeaderList = request): Recorder {
    const recorder = new Recorder();
    recorder.stream = this.connection.openStream(list, endStream, recorder);
    assert.ok(recorder.stream !== undefined, "no stream could be opened");
    return recorder;
  }
}

/** A server script after its handshake. */
export function serverScript(
  options: Partial<Http2Options> = {},
  onAccept?: (accepted: Accepted) => void,
): ServerScript {
  return new ServerScript(options, onAccept).handshake();
}

/** A client script after its handshake. */
export function clientScript(options: Partial<Http2Options> = {}): ClientScript {
  return new ClientScript(options).handshake();
}
