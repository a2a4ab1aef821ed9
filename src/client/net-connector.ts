import type { Clock, Random, Timer } from "../base/clock.js";
import type { Overrides } from "../base/overrides.js";
import type { ConnectionProbe } from "../base/probe.js";
import {
  ErrorCode,
  type HeaderList,
  type PeerInfo,
  type StreamHandler,
  type TransportFailure,
  type TransportStream,
} from "../base/transport.js";
import { Http2ClientConnection } from "../http2/client-connection.js";
import { errorCodeName } from "../http2/errors.js";
import type { Http2Limits } from "../http2/limits.js";
import {
  type ConnectionObserver,
  type KeepaliveOptions,
  type PreparedOptions,
  prepareOptions,
} from "../http2/options.js";
import { formatAddress, type SocketAddress } from "../net/address.js";
import type { Dialing } from "../net/dial.js";
import type { Network } from "../net/network.js";
import { ObservedSocket } from "../net/observed-socket.js";
import { type ByteSocket, driveSocket } from "../net/socket-driver.js";
import type { ClientTls } from "../net/tls-options.js";
import type { Connection, ConnectionEvents, Connector } from "./connector.js";

/**
 * Silence before a PING where the user says nothing, in ms: 5.5 min. Servers tolerate one each 5 min while calls are in flight
 * (gRFC A8), and the network must not shorten that; address translators forget a connection after 350 s and more.
 */
const defaultKeepaliveMs = 330_000;

export interface NetConnectorOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly network: Network;
  /** Undefined for plaintext. */
  readonly tls: ClientTls | undefined;
  /** Host that certificates must be for, unless `tls` names another. */
  readonly serverName: string;
  readonly limits: Overrides<Http2Limits> | undefined;
  readonly keepalive: KeepaliveOptions | undefined;
  /** A mistake of ours in a connection, which cost it; see `SocketDriverOptions`. */
  readonly onFault: (fault: unknown) => void;
}

/** Makes connections over sockets: TCP or Unix, TLS where asked for, HTTP/2 on top. */
export class NetConnector implements Connector {
  readonly options: NetConnectorOptions;
  /** Doubled whenever a server calls it too often (gRFC A8). */
  #keepaliveMs: number;
  /** What the last connection was made with; the next is most often made with the same. */
  #prepared: PreparedOptions | undefined;
  /** What all connections of the channel hold, whatever they were made with. */
  #totals: PreparedOptions["totals"] | undefined;

  constructor(options: NetConnectorOptions) {
    this.options = options;
    this.#keepaliveMs = options.keepalive?.intervalMs ?? defaultKeepaliveMs;
  }

  connect(address: SocketAddress, timeoutMs: number, events: ConnectionEvents): Connection {
    return new NetConnection(this, address, timeoutMs, events);
  }

  /** What a connection that is made now works with. */
  http2Options(handshakeTimeoutMs: number): PreparedOptions {
    if (this.#prepared?.limits.handshakeTimeoutMs === handshakeTimeoutMs) return this.#prepared;
    const { clock, random, limits, keepalive } = this.options;
    const options = {
      clock,
      random,
      limits: { ...limits, handshakeTimeoutMs },
      keepalive: { ...keepalive, intervalMs: this.#keepaliveMs },
    };
    this.#prepared = prepareOptions(options, "client", this.#totals);
    this.#totals = this.#prepared.totals;
    return this.#prepared;
  }

  tooManyPings(): void {
    this.#keepaliveMs = Math.max(this.#keepaliveMs, 10_000) * 2;
    this.#prepared = undefined;
  }
}

/** From dialling to the end of the HTTP/2 connection. */
class NetConnection implements Connection {
  peer: string;
  probe: ConnectionProbe | undefined = undefined;
  readonly #connector: NetConnector;
  readonly #events: ConnectionEvents;
  readonly #address: SocketAddress;
  readonly #timeoutMs: number;
  readonly #dialing: Dialing;
  readonly #timer: Timer;
  #socket: ByteSocket | undefined;
  private http2: Http2ClientConnection | undefined;
  #ready = false;
  #closed = false;

  constructor(connector: NetConnector, address: SocketAddress, timeoutMs: number, events: ConnectionEvents) {
    const { clock, network, tls, serverName } = connector.options;
    this.#connector = connector;
    this.#events = events;
    this.#address = address;
    this.#timeoutMs = timeoutMs;
    this.peer = formatAddress(address);
    this.#dialing = network.dial(
      address,
      { clock, connectTimeoutMs: timeoutMs, tls, serverName },
      {
        onConnected: (socket, peer) => this.#onConnected(socket, peer),
        onFailed: ({ message }) => this.#end(message),
      },
    );
    this.#timer = clock.setTimer(timeoutMs, () => this.#onTimeout());
  }

  openStream(
    headers: HeaderList,
    endStream: boolean,
    handler: StreamHandler,
    sensitive?: ReadonlySet<string>,
  ): TransportStream | undefined {
    const { http2 } = this;
    const stream = http2?.openStream(headers, endStream, handler, sensitive);
    if (stream === undefined && http2?.draining === true) this.#exhausted();
    return stream;
  }

  get streamsMax(): number | undefined {
    return this.#ready ? this.http2?.remoteStreamsMax : undefined;
  }

  get hasServed(): boolean {
    return this.http2?.hasServed ?? false;
  }

  drain(): void {
    if (this.#ready) this.http2?.drain();
    else this.destroy("the connection attempt was given up");
  }

  destroy(reason: string): void {
    if (this.#closed) return;
    if (this.http2 === undefined) {
      this.#dialing.cancel();
      // As all events: not from within this call.
      queueMicrotask(() => this.#end(reason));
      return;
    }
    this.http2.destroy({
      scope: "connection",
      origin: "user",
      code: ErrorCode.NO_ERROR,
      message: reason,
      unprocessed: false,
    });
  }

  #onConnected(socket: ByteSocket, peer: PeerInfo): void {
    const { clock, network, onFault } = this.#connector.options;
    this.peer = peer.address;
    this.#socket = socket;
    const options = this.#connector.http2Options(this.#timeoutMs);
    this.http2 = driveSocket(
      socket,
      { clock, onFault, atTurnEnd: network.atTurnEnd },
      (io) => new Http2ClientConnection(options, io, this.#observer()),
    );
    const { http2 } = this;
    if (this.#closed) return;
    this.probe = this.#events.onSocket(new ObservedSocket(socket, peer, () => http2.flow));
  }

  #observer(): ConnectionObserver {
    const events = this.#events;
    return {
      onReady: () => {
        this.#ready = true;
        this.#timer.cancel();
        this.#socket?.unref();
        events.onReady();
      },
      onCapacity: () => events.onCapacity(),
      onGoaway: (code, _lastStreamId, debugData) => {
        if (code === ErrorCode.ENHANCE_YOUR_CALM && debugData === "too_many_pings") this.#connector.tooManyPings();
        const reason = debugData === "" ? "" : `: ${debugData}`;
        events.onGoaway(`the server sent GOAWAY ${errorCodeName(code)}${reason}`);
      },
      onActive: () => {
        this.#socket?.ref();
        events.onActive();
      },
      onIdle: () => {
        this.#socket?.unref();
        events.onIdle();
      },
      onClosed: (failure) => this.#end(this.#ready ? failure.message : this.#explain(failure)),
      onError: this.#connector.options.onFault,
    };
  }

  /** Why a socket that was connected did not become a connection. A server that closes without a word has its reasons. */
  #explain({ scope, message }: TransportFailure): string {
    const secure = this.#connector.options.tls !== undefined;
    const hint = secure ? "did it refuse our certificate, or want one? its log may say" : "is it a TLS port?";
    const reason = scope === "io" ? `${message} (${hint})` : message;
    return `no HTTP/2 connection with ${formatAddress(this.#address)}: ${reason}`;
  }

  /** Its numbers for streams are used up. As all events this is told from outside of the call that found out. */
  #exhausted(): void {
    queueMicrotask(() => this.#events.onGoaway("it can have no more streams"));
  }

  /** Dialling has the same bound and tells of it by itself; this is for what comes after. */
  #onTimeout(): void {
    this.destroy(`timed out after ${this.#timeoutMs} ms: the server sent no HTTP/2 SETTINGS`);
  }

  #end(reason: string): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#timer.cancel();
    this.probe?.onClosed(reason);
    this.#events.onClosed(reason);
  }
}
