import type { SocketAddress } from "../net/address.js";
import type { Connection, Connector, SubchannelConnector, SubchannelEvents } from "./connector.js";

/** What the set tells its channel. */
export interface ConnectionSetListener {
  /** Some connection has streams again, or none has any more. */
  onActive(): void;
  onIdle(): void;
  /** There are no connections any more. */
  onEmpty(): void;
}

/** All connections of a channel, also those that only drain: what its idle time and its close have to know. */
export class ConnectionSet implements SubchannelConnector {
  readonly #connector: Connector;
  readonly #listener: ConnectionSetListener;
  readonly #connections: Set<Connection> = new Set();
  #active = 0;

  constructor(connector: Connector, listener: ConnectionSetListener) {
    this.#connector = connector;
    this.#listener = listener;
  }

  get size(): number {
    return this.#connections.size;
  }

  /** True while a stream is open on any of them. */
  get isActive(): boolean {
    return this.#active > 0;
  }

  connect(address: SocketAddress, timeoutMs: number, events: SubchannelEvents): Connection {
    let active = false;
    const setActive = (value: boolean): void => {
      if (active === value) return;
      active = value;
      this.#active += value ? 1 : -1;
      if (this.#active === (value ? 1 : 0)) this.#tell(value);
    };
    const connection: Connection = this.#connector.connect(address, timeoutMs, {
      onSocket: (observed) => events.onSocket(observed),
      onReady: () => events.onReady(),
      onCapacity: () => events.onCapacity(),
      onGoaway: (reason) => events.onGoaway(reason),
      onActive: () => setActive(true),
      onIdle: () => setActive(false),
      onClosed: (reason) => {
        setActive(false);
        this.#connections.delete(connection);
        events.onClosed(reason);
        if (this.#connections.size === 0) this.#listener.onEmpty();
      },
    });
    this.#connections.add(connection);
    return connection;
  }

  #tell(active: boolean): void {
    if (active) this.#listener.onActive();
    else this.#listener.onIdle();
  }

  drainAll(): void {
    for (const connection of [...this.#connections]) connection.drain();
  }

  destroyAll(reason: string): void {
    for (const connection of [...this.#connections]) connection.destroy(reason);
  }
}
