import { createServer, type Server, type Socket } from "node:net";
import type { PeerInfo } from "../base/transport.js";
import { formatAddress, plainIp, type SocketAddress } from "./address.js";
import { ListenAddress } from "./listen-address.js";
import { AcceptError, explainAcceptFailure, explainListenError, ListenError } from "./listen-errors.js";
import { OpenFiles, readFilesMax } from "./open-files.js";
import { plainPeer } from "./peer.js";
import { type ListenTarget, parseListenTarget } from "./target.js";
import { TlsAcceptor } from "./tls-acceptor.js";
import { prepareServerTls, type TlsServerOptions } from "./tls-options.js";
import { removeStaleSocket } from "./unix-socket-file.js";

/** Connections that the kernel holds until we accept them: enough for a burst of clients that reconnect. */
const BACKLOG_DEFAULT = 1_024;
/** A TLS handshake that takes longer is a client that hangs, or means us harm. */
const HANDSHAKE_TIMEOUT_DEFAULT_MS = 10_000;
/** Each pending handshake holds some 50 KB in OpenSSL; this many can be had for free by anyone who connects. */
const PENDING_HANDSHAKES_MAX_DEFAULT = 1_000;

/** Options of `listen`. */
export interface ListenOptions {
  /** Undefined: plaintext. */
  readonly tls?: TlsServerOptions | undefined;
  /** Longest time that a client may take for its TLS handshake, in ms. Default 10 000. */
  readonly handshakeTimeoutMs?: number | undefined;
  /** How many TLS handshakes may be under way; further clients are turned away. Default 1 000. */
  readonly pendingHandshakesMax?: number | undefined;
  /** Connections that the kernel keeps waiting to be accepted. Default 1 024. */
  readonly backlog?: number | undefined;
}

/** Hears what happens at a listener. What it throws costs that connection, and comes back by `onError`. */
export interface ListenHandler {
  /** Whether a client of this address is let in, as `PeerInfo.address`; asked before anything is spent on it. Left out: all are. */
  admits?(address: string): boolean;
  /** A client was turned away because the process has nearly as many files open as it may; see `OpenFiles`. */
  onFilesOut?(text: string): void;
  /** A client is connected. Drive the socket at once, in this same call: nobody listens for its errors. */
  onConnection(socket: Socket, peer: PeerInfo): void;
  /** A client did not become a connection, or accepting failed for once; the listener goes on. */
  onError(error: Error): void;
}

/** A listening socket. */
export interface Listener {
  /** Where it is bound; the port is a real one. */
  readonly address: ListenAddress;
  /** Accepted sockets that are not closed yet, those in a TLS handshake among them. */
  countSockets(): Promise<number>;
  /**
   * Stops to listen at once: the port is free, a Unix socket's file is gone. Connections stay; handshakes that are
   * under way lead nowhere. Calling it again does nothing.
   */
  close(): void;
}

/**
 * Listens on a target, see `parseListenTarget` for its forms.
 *
 * @returns once clients can connect
 * @throws {TargetError} when the target cannot be understood
 * @throws {TlsOptionsError} when the TLS options cannot work
 * @throws {ListenError} when the address cannot be had; it says why, and what to do
 */
export async function listen(target: string, options: ListenOptions, handler: ListenHandler): Promise<Listener> {
  const address = parseListenTarget(target);
  // Before the address is taken: a mistake in the options must not leave a socket behind.
  const tls = options.tls === undefined ? undefined : prepareServerTls(options.tls);
  if (address.path !== undefined) await removeStaleSocket(address.path);
  const server = createServer({ noDelay: true });
  const openFiles = new OpenFiles(readFilesMax());
  const bound = await bind(server, target, address, options.backlog ?? BACKLOG_DEFAULT);
  const connected = (socket: Socket, peer: PeerInfo): void => handOver(socket, peer, handler);
  const acceptor =
    tls === undefined
      ? undefined
      : new TlsAcceptor({
          tls,
          bound,
          handshakeTimeoutMs: options.handshakeTimeoutMs ?? HANDSHAKE_TIMEOUT_DEFAULT_MS,
          pendingHandshakesMax: options.pendingHandshakesMax ?? PENDING_HANDSHAKES_MAX_DEFAULT,
          onSecure: connected,
          onError: (error) => handler.onError(error),
        });
  // No connection can have come in between: they are accepted in a later turn.
  server.on("error", (error) => handler.onError(explainAcceptFailure(formatAddress(bound), error)));
  server.on("connection", (socket) => {
    const full = openFiles.problem(socket);
    if (full !== undefined) handler.onFilesOut?.(`a connection to ${formatAddress(bound)} was closed at once: ${full}`);
    const peer = full === undefined ? plainPeer(socket, bound) : undefined;
    if (peer === undefined || handler.admits?.(peer.address) === false) {
      socket.on("error", ignore);
      socket.destroy();
    } else if (acceptor === undefined) connected(socket, peer);
    else acceptor.accept(socket);
  });
  return new BoundListener(server, bound, acceptor);
}

class BoundListener implements Listener {
  readonly address: ListenAddress;
  readonly #server: Server;
  readonly #acceptor: TlsAcceptor | undefined;

  constructor(server: Server, bound: SocketAddress, acceptor: TlsAcceptor | undefined) {
    this.address = new ListenAddress(bound);
    this.#server = server;
    this.#acceptor = acceptor;
  }

  countSockets(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.getConnections((error, count) => {
        if (error === null) resolve(count);
        else reject(error);
      });
    });
  }

  close(): void {
    this.#acceptor?.close();
    if (this.#server.listening) this.#server.close();
  }
}

function bind(server: Server, target: string, address: ListenTarget, backlog: number): Promise<SocketAddress> {
  return new Promise((resolve, reject) => {
    const shown: SocketAddress =
      address.path === undefined ? { host: address.host ?? "::", port: address.port } : { path: address.path };
    const onError = (error: Error): void => reject(explainListenError(target, shown, error));
    server.once("error", onError);
    server.listen({ ...listenOptions(address), backlog }, () => {
      server.off("error", onError);
      const bound = boundAddress(server);
      if (bound !== undefined) resolve(bound);
      else reject(new ListenError(`cannot tell where ${target} is bound`, undefined));
    });
  });
}

function listenOptions(address: ListenTarget): { path: string } | { port: number; host?: string } {
  if (address.path !== undefined) return { path: address.path };
  return address.host === undefined ? { port: address.port } : { port: address.port, host: address.host };
}

function boundAddress(server: Server): SocketAddress | undefined {
  const bound = server.address();
  if (typeof bound === "string") return { path: bound };
  return bound === null ? undefined : { host: plainIp(bound.address), port: bound.port };
}

function handOver(socket: Socket, peer: PeerInfo, handler: ListenHandler): void {
  try {
    handler.onConnection(socket, peer);
  } catch (error) {
    socket.on("error", ignore);
    socket.destroy();
    handler.onError(new AcceptError("a new connection could not be handled", peer.address, error));
  }
}

function ignore(): void {}
