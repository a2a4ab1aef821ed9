import type { Clock, Random, Timer } from "../base/clock.js";
import { joinConnections } from "../base/join-probes.js";
import type { ConnectionProbe, ServerProbe } from "../base/probe.js";
import type { TimerEntry } from "../base/timer-queue.js";
import { ErrorCode, type PeerInfo, type ServerStreamAcceptor, type TransportFailure } from "../base/transport.js";
import type { ConnectionObserver, PreparedOptions } from "../http2/options.js";
import { Http2ServerConnection } from "../http2/server-connection.js";
import type { Network } from "../net/network.js";
import { ObservedSocket } from "../net/observed-socket.js";
import { abandonSocket, type ByteSocket, driveSocket, type SocketDriverOptions } from "../net/socket-driver.js";
import type { ConnectionLifetime, ErrorReport } from "./environment.js";

/** What a server's connections share. */
export interface ConnectionSetup {
  readonly http2: PreparedOptions;
  readonly acceptor: ServerStreamAcceptor;
  /** The acceptor of one connection that is watched. */
  readonly observedAcceptor: (probe: ConnectionProbe) => ServerStreamAcceptor;
  /** Who watches. */
  probe: ServerProbe | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly network: Network;
  readonly lifetime: ConnectionLifetime;
  readonly report: ErrorReport;
  /** Calls that had just begun are over with their connection, by no doing of the user. */
  readonly onLostCalls: (address: string, calls: number) => void;
  /** A call was refused because there are too many. */
  readonly onCallRefused: (address: string) => void;
  /** A connection is over. */
  readonly onGone: (connection: ServerConnection) => void;
}

/** Ages differ by up to a tenth, so that connections made together do not end together (gRFC A9). */
const ageJitter = 0.1;

/** One client's connection: its idle time, its age and its drain. */
export class ServerConnection implements ConnectionObserver, SocketDriverOptions, TimerEntry {
  /** Of the idle time (`TimerQueue`). */
  timerPlace: number = -1;
  readonly #setup: ConnectionSetup;
  readonly #socket: ByteSocket;
  readonly #peer: PeerInfo;
  readonly #engine: Http2ServerConnection;
  #ageTimer: Timer | undefined;
  #probe: ConnectionProbe | undefined;

  constructor(setup: ConnectionSetup, socket: ByteSocket, peer: PeerInfo) {
    this.#setup = setup;
    this.#socket = socket;
    this.#peer = peer;
    this.#engine = driveSocket(
      socket,
      this,
      (io) => new Http2ServerConnection(setup.http2, io, this.#acceptor(), peer, this),
    );
    this.#startTimers();
  }

  #acceptor(): ServerStreamAcceptor {
    const { probe, acceptor, observedAcceptor } = this.#setup;
    if (probe === undefined) return acceptor;
    this.#probe = probe.onConnection(this.#observed());
    return this.#probe === undefined ? acceptor : observedAcceptor(this.#probe);
  }

  #observed(): ObservedSocket {
    return new ObservedSocket(this.#socket, this.#peer, () => this.#engine.flow);
  }

  /** Tells a probe that came later of the connection, and of calls that begin from now on. */
  observe(probe: ServerProbe): void {
    const added = probe.onConnection(this.#observed());
    if (added === undefined) return;
    this.#probe = this.#probe === undefined ? added : joinConnections([this.#probe, added]);
    this.#engine.acceptor = this.#setup.observedAcceptor(this.#probe);
  }

  get clock(): Clock {
    return this.#setup.clock;
  }

  get atTurnEnd(): Network["atTurnEnd"] {
    return this.#setup.network.atTurnEnd;
  }

  /** A mistake of ours (`SocketDriverOptions`). */
  onFault(fault: unknown): void {
    this.#setup.report(fault, { kind: "internal", peer: this.#peer });
  }

  #startTimers(): void {
    if (this.#engine.closed) return;
    this.onIdle();
    const { ageMsMax } = this.#setup.lifetime;
    if (ageMsMax === Number.POSITIVE_INFINITY) return;
    const jitter = 1 + ageJitter * (2 * this.#setup.random() - 1);
    this.#ageTimer = this.#setup.http2.timers.setTimer(ageMsMax * jitter, () => this.#onAged());
  }

  #onAged(): void {
    this.#engine.drain();
    const { ageGraceMs } = this.#setup.lifetime;
    if (ageGraceMs === Number.POSITIVE_INFINITY || this.#engine.closed) return;
    this.#ageTimer = this.#setup.http2.timers.setTimer(ageGraceMs, () =>
      this.cut("the connection is past its age and grace"),
    );
  }

  onIdle(): void {
    const { idleMsMax } = this.#setup.lifetime;
    if (idleMsMax === Number.POSITIVE_INFINITY) return;
    this.#setup.http2.timers.set(this, idleMsMax);
  }

  /** No call for so long. */
  onTimer(): void {
    this.#engine.drain();
  }

  onActive(): void {
    this.#setup.http2.timers.cancel(this);
  }

  onClosed(failure: TransportFailure): void {
    this.#setup.http2.timers.cancel(this);
    this.#ageTimer?.cancel();
    if (failure.origin !== "user") this.#setup.onLostCalls(this.#peer.address, this.#engine.youngCalls);
    if (failure.scope === "connection" && failure.code !== ErrorCode.NO_ERROR) {
      const error = new Error(`connection with ${this.#peer.address} failed: ${failure.message}`);
      this.#setup.report(error, { kind: "connection", peer: this.#peer });
    }
    this.#probe?.onClosed(failure.message);
  }

  /** Its last bytes are with the kernel, and the client has closed its side or was waited for. */
  onSocketClosed(): void {
    this.#setup.onGone(this);
  }

  onError(error: unknown): void {
    this.onFault(error);
  }

  onRefused(message: string): void {
    const error = new Error(`a request of ${this.#peer.address} was refused: ${message}`);
    this.#setup.report(error, { kind: "connection", peer: this.#peer });
  }

  onFull(): void {
    this.#setup.onCallRefused(this.#peer.address);
  }

  get closed(): boolean {
    return this.#engine.closed;
  }

  /** No new calls; those that run go on, and then the connection is closed. */
  drain(): void {
    this.#engine.drain();
  }

  /**
   * Ends the connection with all its calls. One that has ended already, and whose client still takes its last bytes or does
   * not close its side, is not waited for any longer: a client could else keep a server from ending.
   */
  cut(message: string): void {
    if (this.#engine.closed) {
      abandonSocket(this.#socket);
      return;
    }
    this.#engine.destroy({
      scope: "connection",
      origin: "user",
      code: ErrorCode.NO_ERROR,
      message,
      unprocessed: false,
    });
  }
}
