import type { Socket } from "node:net";
import type { Server, TLSSocket } from "node:tls";
import type { PeerInfo } from "../base/transport.js";
import { formatAddress, remoteAddressOf, type SocketAddress } from "./address.js";
import { AcceptError, explainHandshakeFailure, missingAlpn } from "./listen-errors.js";
import { nodeTls } from "./node-modules.js";
import { securePeer } from "./peer.js";
import type { ServerTls } from "./tls-options.js";

/** What a TLS acceptor is made of. */
export interface TlsAcceptorOptions {
  readonly tls: ServerTls;
  /** Where the listener is bound; peers without an address of their own (Unix sockets) get this one. */
  readonly bound: SocketAddress;
  readonly handshakeTimeoutMs: number;
  readonly pendingHandshakesMax: number;
  readonly onSecure: (socket: Socket, peer: PeerInfo) => void;
  readonly onError: (error: AcceptError) => void;
}

/**
 * Leads accepted sockets through the TLS handshake. It is a `tls.Server` that does not listen by itself, so that
 * sockets can be counted and turned away before any cryptography is spent on them.
 */
export class TlsAcceptor {
  readonly #options: TlsAcceptorOptions;
  readonly #server: Server;
  /** Who the sockets in a handshake are: a socket that failed cannot say it any more. */
  readonly #names: WeakMap<object, string> = new WeakMap();
  #pendingCount = 0;
  /** True from when the cap was reached until half of it is free, so that a flood is reported once. */
  #flooded = false;
  #closed = false;

  constructor(options: TlsAcceptorOptions) {
    this.#options = options;
    const { clientCertificate, contextOptions } = options.tls;
    this.#server = nodeTls().createServer({
      ...contextOptions,
      ALPNProtocols: ["h2"],
      handshakeTimeout: options.handshakeTimeoutMs,
      requestCert: clientCertificate !== "none",
      rejectUnauthorized: clientCertificate === "require",
    });
    this.#server.on("secureConnection", (socket) => this.#onSecure(socket));
    this.#server.on("tlsClientError", (error, socket) => this.#onFailed(error, socket));
  }

  /** Handshakes that are under way. */
  get pendingCount(): number {
    return this.#pendingCount;
  }

  accept(socket: Socket): void {
    const { pendingHandshakesMax } = this.#options;
    if (this.#pendingCount >= pendingHandshakesMax) {
      socket.on("error", ignore);
      socket.destroy();
      if (this.#flooded) return;
      this.#flooded = true;
      this.#report(
        new AcceptError(`${pendingHandshakesMax} TLS handshakes are pending: new clients are turned away`, undefined),
      );
      return;
    }
    this.#pendingCount++;
    const name = this.#nameOf(socket);
    if (name !== undefined) this.#names.set(socket, name);
    // A client that connects and says nothing shall not keep a process alive that wants to end.
    socket.unref();
    this.#server.emit("connection", socket);
  }

  /** From now on handshakes that still complete lead nowhere. */
  close(): void {
    this.#closed = true;
  }

  #onSecure(socket: TLSSocket): void {
    this.#handshakeDone();
    const peerName = this.#nameOf(socket);
    if (this.#closed || socket.alpnProtocol !== "h2") {
      socket.on("error", ignore);
      socket.destroy();
      if (!this.#closed) this.#report(missingAlpn(peerName));
      return;
    }
    socket.ref();
    this.#options.onSecure(socket, securePeer(socket, this.#options.bound));
  }

  #onFailed(error: Error, socket: TLSSocket): void {
    this.#handshakeDone();
    socket.on("error", ignore);
    socket.destroy();
    if (this.#closed) return;
    // Node closes the connection by itself when a certificate does not verify, and says no more than "hang up".
    const verifyError: unknown = socket.authorizationError;
    const verifyCode = verifyError === null || verifyError === undefined ? undefined : String(verifyError);
    this.#report(explainHandshakeFailure(this.#nameOf(socket), error, verifyCode));
  }

  #handshakeDone(): void {
    this.#pendingCount--;
    if (this.#pendingCount <= this.#options.pendingHandshakesMax / 2) this.#flooded = false;
  }

  /** Undefined when the client is gone and its address with it. */
  #nameOf(socket: Socket): string | undefined {
    const { bound } = this.#options;
    const address = remoteAddressOf(socket) ?? (bound.path === undefined ? undefined : bound);
    if (address !== undefined) return formatAddress(address);
    // The socket under that of TLS, where the runtime has one.
    const { _parent } = socket as { _parent?: object | null };
    return _parent === undefined || _parent === null ? undefined : this.#names.get(_parent);
  }

  #report(error: AcceptError): void {
    this.#options.onError(error);
  }
}

function ignore(): void {}
