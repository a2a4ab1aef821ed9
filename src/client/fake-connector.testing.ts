/** Connections that do what a test says. */
import type { HeaderList, StreamHandler, TransportFailure, TransportStream } from "../base/transport.js";
import { ErrorCode } from "../base/transport.js";
import type { SocketAddress } from "../net/address.js";
import type { Connection, ConnectionEvents, Connector } from "./connector.js";

export class FakeConnection implements Connection {
  readonly address: SocketAddress;
  readonly timeoutMs: number;
  readonly events: ConnectionEvents;
  readonly handlers: StreamHandler[] = [];
  peer: string;
  /** Streams that the peer allows at once. */
  streamsMax: number = Number.POSITIVE_INFINITY;
  /** As after `answer`. */
  hasServed = false;
  isDraining = false;
  closedBy: string | undefined;

  constructor(address: SocketAddress, timeoutMs: number, events: ConnectionEvents) {
    this.address = address;
    this.timeoutMs = timeoutMs;
    this.events = events;
    this.peer = `ipv4:${address.host}:${address.port}`;
  }

  openStream(_headers: HeaderList, _endStream: boolean, handler: StreamHandler): TransportStream | undefined {
    if (this.isDraining || this.handlers.length >= this.streamsMax) return undefined;
    this.handlers.push(handler);
    if (this.handlers.length === 1) this.events.onActive();
    return {
      id: this.handlers.length,
      sendHeaders: () => undefined,
      sendData: () => true,
      reset: () => this.forget(handler),
      consume: () => undefined,
      expect: () => undefined,
      expectEnd: () => undefined,
      release: () => undefined,
    };
  }

  /** A response without a message and with this status, as trailers alone. */
  answer(status: number = 0): void {
    const handler = this.handlers[0] as StreamHandler;
    this.hasServed = true;
    handler.onHeaders([":status", "200", "content-type", "application/grpc", "grpc-status", `${status}`], true);
    this.forget(handler);
  }

  forget(handler: StreamHandler): void {
    const at = this.handlers.indexOf(handler);
    if (at < 0) return;
    this.handlers.splice(at, 1);
    if (this.handlers.length > 0) return;
    this.events.onIdle();
    if (this.isDraining) this.close("drained");
  }

  drain(): void {
    this.isDraining = true;
    if (this.handlers.length === 0) this.close("drained");
  }

  destroy(reason: string): void {
    const failure: TransportFailure = {
      scope: "connection",
      origin: "user",
      code: ErrorCode.NO_ERROR,
      message: reason,
      unprocessed: false,
    };
    for (const handler of this.handlers.splice(0)) handler.onReset(failure);
    this.close(reason);
  }

  close(reason: string): void {
    if (this.closedBy !== undefined) return;
    this.closedBy = reason;
    this.events.onClosed(reason);
  }
}

export class FakeConnector implements Connector {
  readonly connections: FakeConnection[] = [];

  connect(address: SocketAddress, timeoutMs: number, events: ConnectionEvents): FakeConnection {
    const connection = new FakeConnection(address, timeoutMs, events);
    this.connections.push(connection);
    return connection;
  }

  get last(): FakeConnection {
    return this.connections.at(-1) as FakeConnection;
  }
}
