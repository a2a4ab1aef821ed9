import { connect, isIP, type NetConnectOpts, type Socket } from "node:net";
import type { ConnectionOptions, PeerCertificate, TLSSocket } from "node:tls";
import type { Clock, Timer } from "../base/clock.js";
import type { PeerInfo } from "../base/transport.js";
import { formatAddress, type SocketAddress } from "./address.js";
import {
  type DialFailure,
  type DialStage,
  explainDialError,
  explainDialTimeout,
  explainMissingAlpn,
} from "./dial-errors.js";
import { LentReads, type LentSocket, lentReadsKey } from "./lent-reads.js";
import { nodeTls } from "./node-modules.js";
import { plainPeer, securePeer } from "./peer.js";
import type { ClientTls } from "./tls-options.js";
import type { TlsSession } from "./tls-sessions.js";

/**
 * Silence on a connection after which the kernel asks whether the peer is there, in ms; ten times, a second apart, as Node sets it.
 * It finds machines that are gone; of those behind a proxy it knows nothing.
 */
const TCP_KEEPALIVE_MS = 60_000;

/** Options of `dial`. */
export interface DialOptions {
  readonly clock: Clock;
  /** How long TCP connect and TLS handshake may take together, in ms. */
  readonly connectTimeoutMs: number;
  /** What `prepareClientTls` made of the TLS options; undefined is plaintext. */
  readonly tls?: ClientTls | undefined;
  /**
   * Host that the certificate must be for where `tls` names none: that of the target, of which `address` is perhaps
   * one resolved address. Default: the host of `address`, `localhost` for a Unix socket.
   */
  readonly serverName?: string | undefined;
}

/** Hears how an attempt ends: exactly one call, unless it was cancelled; never from inside of `dial`. */
export interface DialHandler {
  /** Drive the socket at once, in this same call: nobody else listens for its errors any more. */
  onConnected(socket: Socket, peer: PeerInfo): void;
  onFailed(failure: DialFailure): void;
}

/** An attempt that is under way. */
export interface Dialing {
  /** How far it is. */
  readonly stage: DialStage;
  /** Gives it up: the socket is destroyed, and the handler hears nothing. Does nothing once it has ended. */
  cancel(): void;
}

/** Connects to one address. */
export function dial(address: SocketAddress, options: DialOptions, handler: DialHandler): Dialing {
  const attempt = new Attempt(address, options, handler);
  attempt.begin();
  return attempt;
}

class Attempt implements Dialing {
  stage: DialStage = "TCP connect";
  readonly #address: SocketAddress;
  readonly #options: DialOptions;
  readonly #handler: DialHandler;
  readonly #serverName: string;
  /** What its TLS session is kept by. */
  readonly #sessionKey: string;
  /** The session that is to be resumed, and the ticket of a new one: kept only once the server has been accepted. */
  #known: TlsSession | undefined;
  #ticket: Buffer | undefined;
  #shown: PeerCertificate | undefined;
  #socket: Socket | undefined;
  readonly #reads: LentReads | undefined = LentReads.make();
  #timer: Timer | undefined;
  #ended = false;

  constructor(address: SocketAddress, options: DialOptions, handler: DialHandler) {
    this.#address = address;
    this.#options = options;
    this.#handler = handler;
    this.#serverName = options.tls?.serverName ?? options.serverName ?? address.host ?? "localhost";
    this.#sessionKey = `${formatAddress(address)} ${this.#serverName}`;
  }

  begin(): void {
    const { clock, connectTimeoutMs, tls } = this.#options;
    try {
      this.#socket = tls === undefined ? this.#connectPlain() : this.#connectTls(tls);
      (this.#socket as LentSocket)[lentReadsKey] = this.#reads;
    } catch (error) {
      // Node throws at once for arguments such as a port of 70000.
      process.nextTick(() => this.#fail(this.#explain(error)));
      return;
    }
    this.#socket.on("error", this.#onError);
    this.#socket.on("close", this.#onClose);
    this.#timer = clock.setTimer(connectTimeoutMs, () => {
      this.#fail(explainDialTimeout(this.#address, this.stage, connectTimeoutMs));
    });
  }

  cancel(): void {
    if (this.#settle()) this.#abandon();
  }

  #connectPlain(): Socket {
    const socket = connect(this.#connectOptions());
    socket.on("connect", this.#onPlainConnect);
    return socket;
  }

  #connectTls(tls: ClientTls): Socket {
    const serverName = this.#serverName;
    const check = tls.checkServerIdentity ?? nodeTls().checkServerIdentity;
    this.#known = tls.sessions.get(this.#sessionKey);
    const options: ConnectionOptions = {
      ...this.#connectOptions(),
      ALPNProtocols: ["h2"],
      secureContext: tls.secureContext,
      rejectUnauthorized: tls.verifyCertificate,
      // Not the host that Node knows: it may be one address of many, or a Unix socket.
      checkServerIdentity: (_host, certificate) => {
        this.#shown = certificate;
        return check(serverName, certificate);
      },
      // RFC 6066 section 3: an address is not a server name.
      ...(isIP(serverName) === 0 ? { servername: serverName } : {}),
      ...(this.#known === undefined ? {} : { session: this.#known.ticket }),
    };
    const socket = nodeTls().connect(options);
    socket.on("connect", this.#onTlsConnect);
    socket.on("secureConnect", this.#onSecure);
    socket.on("session", this.#onSession);
    return socket;
  }

  #connectOptions(): NetConnectOpts {
    const address = this.#address;
    const onread = this.#reads === undefined ? {} : { onread: this.#reads.options };
    if (address.path !== undefined) return { path: address.path, ...onread };
    return {
      ...onread,
      host: address.host,
      port: address.port,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: TCP_KEEPALIVE_MS,
      // Where a name has several addresses Node gives each 250 ms by default, which far hosts need longer than.
      autoSelectFamilyAttemptTimeout: Math.max(250, Math.floor(Math.min(this.#options.connectTimeoutMs, 60_000) / 4)),
    };
  }

  readonly #onPlainConnect = (): void => {
    const socket = this.#socket;
    if (socket !== undefined) this.#succeed(socket, plainPeer(socket, this.#address));
  };

  readonly #onTlsConnect = (): void => {
    this.stage = "TLS handshake";
  };

  readonly #onSecure = (): void => {
    const socket = this.#socket as TLSSocket;
    const resumed = socket.isSessionReused() ? this.#known : undefined;
    const refusal = resumed === undefined ? undefined : this.#checkAgain(resumed);
    if (socket.alpnProtocol !== "h2") this.#fail(explainMissingAlpn(this.#address, socket.alpnProtocol));
    else if (refusal !== undefined) this.#fail(this.#explain(refusal));
    else this.#secured(socket, resumed);
  };

  /** Node asks the user's own check in full handshakes only, and its answer may be another one now. */
  #checkAgain({ shown }: TlsSession): Error | undefined {
    const { tls } = this.#options;
    if (shown === undefined || tls?.verifyCertificate !== true) return undefined;
    return tls.checkServerIdentity?.(this.#serverName, shown);
  }

  #secured(socket: TLSSocket, resumed: TlsSession | undefined): void {
    const peer = securePeer(socket, this.#address, resumed?.certificate);
    this.#keepSessions(socket, peer, resumed);
    this.#succeed(socket, peer);
  }

  /** Tickets of TLS 1.3 come later, as often as the server likes; that of TLS 1.2 is here. */
  #keepSessions(socket: TLSSocket, { certificate }: PeerInfo, resumed: TlsSession | undefined): void {
    const { tls } = this.#options;
    if (tls === undefined) return;
    const key = this.#sessionKey;
    const shown = tls.checkServerIdentity === undefined ? undefined : (resumed?.shown ?? this.#shown);
    const keep = (ticket: Buffer): void => tls.sessions.set(key, { ticket, certificate, shown });
    socket.off("session", this.#onSession);
    if (this.#ticket !== undefined) keep(this.#ticket);
    socket.on("session", keep);
  }

  readonly #onSession = (ticket: Buffer): void => {
    this.#ticket = ticket;
  };

  readonly #onError = (error: unknown): void => {
    this.#fail(this.#explain(error));
  };

  readonly #onClose = (): void => {
    this.#fail(this.#explain(Object.assign(new Error("the connection was closed"), { code: "ECONNRESET" })));
  };

  #explain(error: unknown): DialFailure {
    return explainDialError(this.#address, this.stage, error, this.#serverName);
  }

  #succeed(socket: Socket, peer: PeerInfo): void {
    if (!this.#settle()) return;
    this.#removeListeners(socket);
    this.#handler.onConnected(socket, peer);
  }

  #fail(failure: DialFailure): void {
    if (!this.#settle()) return;
    // Perhaps it was the session that the server did not like.
    if (failure.stage === "TLS handshake") this.#options.tls?.sessions.delete(this.#sessionKey);
    this.#abandon();
    this.#handler.onFailed(failure);
  }

  /** True for the first one that comes to end the attempt. */
  #settle(): boolean {
    if (this.#ended) return false;
    this.#ended = true;
    this.#timer?.cancel();
    return true;
  }

  #abandon(): void {
    const socket = this.#socket;
    if (socket === undefined) return;
    this.#removeListeners(socket);
    // A socket that is being destroyed can still report an error.
    socket.on("error", ignore);
    socket.destroy();
  }

  #removeListeners(socket: Socket): void {
    socket.off("error", this.#onError);
    socket.off("close", this.#onClose);
    socket.off("connect", this.#onPlainConnect);
    socket.off("connect", this.#onTlsConnect);
    socket.off("secureConnect", this.#onSecure);
    socket.off("session", this.#onSession);
  }
}

function ignore(): void {}
