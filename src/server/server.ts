import type { DescService } from "@bufbuild/protobuf";
import type { Clock } from "../base/clock.js";
import { inDevelopment } from "../base/development.js";
import { guardProbe } from "../base/guard-probe.js";
import { joinServerProbes, partsOfProbe } from "../base/join-probes.js";
import type { Probe, RefusalReason, ServerProbe } from "../base/probe.js";
import { thrownText } from "../base/thrown.js";
import type { PeerInfo } from "../base/transport.js";
import { compiledCodecs } from "../codec/compiled-codec.js";
import type { Http2Limits } from "../http2/limits.js";
import { prepareOptions } from "../http2/options.js";
import type { Listener } from "../net/listen.js";
import type { ListenAddress } from "../net/listen-address.js";
import { HandshakeError } from "../net/listen-errors.js";
import { type NetworkListenHandler, systemNetwork } from "../net/network.js";
import { systemRandom } from "../net/random.js";
import type { ByteSocket } from "../net/socket-driver.js";
import { SystemClock } from "../net/system-clock.js";
import {
  checkAddOptions,
  checkCloseOptions,
  checkListenOptions,
  checkServerOptions,
  checkService,
  checkTarget,
} from "./check-options.js";
import { type ConnectionSetup, ServerConnection } from "./connection.js";
import { Dispatcher } from "./dispatch.js";
import { callEnvironment, connectionLifetime, type ErrorReport, errorReport } from "./environment.js";
import { LostCalls } from "./lost-calls.js";
import type { AddOptions, CloseOptions, ServerListenOptions, ServerOptions } from "./options.js";
import { Refusals } from "./refusals.js";
import { Router } from "./router.js";
import type { ServerHost, ServerPart } from "./server-part.js";
import type { ServiceImpl } from "./service-impl.js";

const graceDefaultMs = 30_000;

/**
 * A gRPC server: services, listeners and the connections they accepted.
 *
 *   serving --(close)--> draining --(last call over, or the grace)--> closed
 */
export class Server {
  readonly #router: Router;
  readonly #clock: Clock;
  readonly #report: ErrorReport;
  readonly #setup: ConnectionSetup;
  readonly #connections: Set<ServerConnection> = new Set();
  readonly #listeners: Set<Listener> = new Set();
  readonly #starting: Set<Promise<Listener>> = new Set();
  readonly #handler: NetworkListenHandler = {
    admits: (address) => this.#admits(address),
    onFilesOut: (text) => this.#refusals.tell("files", text, undefined, this.#setup.probe),
    onConnection: (socket, peer) => this.#accept(socket, peer),
    onError: (error) => this.#report(error, { kind: error instanceof HandshakeError ? "connection" : "listener" }),
  };
  readonly #refusals: Refusals;
  readonly #lostCalls: LostCalls;
  readonly #probes: Map<Probe, ServerProbe | undefined> = new Map();
  readonly #onServicesChanged: (() => void)[] = [];
  readonly #onDrain: (() => void)[] = [];
  #closing: Promise<void> | undefined;
  #onLastGone: (() => void) | undefined;

  /** @throws {TypeError} naming an option that is not known or out of its range, its value and what it may be */
  constructor(options: ServerOptions = {}) {
    checkServerOptions(options);
    this.#clock = options.clock ?? new SystemClock();
    this.#report = errorReport(options);
    const checkFieldNames = options.checkFieldNames ?? inDevelopment();
    this.#router = new Router(options, new Map([["proto", options.codecs ?? compiledCodecs({ checkFieldNames })]]));
    const network = options.network ?? systemNetwork;
    const random = options.random ?? systemRandom;
    const dispatcher = new Dispatcher(
      this.#router,
      callEnvironment(options, this.#clock, network.atTurnEnd, this.#report),
    );
    const http2 = prepareOptions(
      {
        ...options.http2,
        clock: this.#clock,
        random,
        limits: options.limits,
        keepalive: options.keepalive,
        pingPolicy: options.pingPolicy,
      },
      "server",
    );
    const { limits } = http2;
    this.#refusals = new Refusals(this.#clock, this.#report);
    this.#lostCalls = new LostCalls(limits.lostCallBurst, limits.lostCallsPerSecond);
    this.#setup = {
      acceptor: dispatcher,
      observedAcceptor: (probe) => dispatcher.observed(probe),
      probe: undefined,
      clock: this.#clock,
      random,
      network,
      lifetime: connectionLifetime(options.connection),
      report: this.#report,
      http2,
      onLostCalls: (address, calls) => this.#lostCalls.count(address, calls, this.#clock.nowMs()),
      onCallRefused: (address) => this.#refuse("calls", `a call of ${address} was refused`, "maxTotalCalls", address),
      onGone: (gone) => this.#onGone(gone),
    };
    if (options.probe !== undefined) this.#observe(options.probe);
  }

  #observe(joined: Probe): void {
    for (const probe of partsOfProbe(joined)) {
      if (this.#probes.has(probe)) continue;
      const observer = guardProbe(probe, (fault) => this.#onProbeFailed(fault)).onServer();
      this.#probes.set(probe, observer);
      if (observer === undefined) continue;
      for (const { address } of this.#listeners) observer.onListen(`${address}`);
      for (const connection of this.#connections) if (!connection.closed) connection.observe(observer);
    }
    this.#setup.probe = joinServerProbes([...this.#probes.values()].filter((one) => one !== undefined));
  }

  #onProbeFailed(fault: unknown): void {
    const error = new Error(`a probe failed, and is heard of once: ${thrownText(fault)}`, { cause: fault });
    this.#report(error, { kind: "internal" });
  }

  /** What parts see of this server. */
  #host(): ServerHost {
    const router = this.#router;
    return {
      get services(): readonly DescService[] {
        return router.services;
      },
      add: (service, impl) => void this.add(service, impl),
      onServicesChanged: (callback) => void this.#onServicesChanged.push(callback),
      onDrain: (callback) => void this.#onDrain.push(callback),
      observe: (probe) => this.#observe(probe),
    };
  }

  /** The services that there are, in the order in which they were added. */
  get services(): readonly DescService[] {
    return this.#router.services;
  }

  /** Adds what a server has beside its own services, such as `health()`, `reflection()`, `channelz()`. */
  add(...parts: readonly [ServerPart, ...ServerPart[]]): this;
  /** Adds a service of which some methods have no handler: they answer UNIMPLEMENTED. */
  add<Desc extends DescService>(
    service: Desc,
    impl: Partial<ServiceImpl<Desc>>,
    options: AddOptions & { readonly allowMissing: true },
  ): this;
  // The compiler tells what is wrong with the last one when none fits.
  /**
   * Adds a service. It can be called from then on, also on listeners that are open already.
   *
   * @param impl one function per method, or an instance of a class that has them; functions are called with it as `this`
   * @throws {TypeError} when a handler is missing, is no function, or has a name that is no method, and when the service
   *   was added before
   */
  add<Desc extends DescService>(service: Desc, impl: ServiceImpl<Desc>, options?: AddOptions): this;
  add(first: DescService | ServerPart, ...rest: readonly unknown[]): this {
    if (isPart(first)) {
      for (const part of [first, ...rest]) {
        if (!isPart(part)) throw new TypeError("add() takes one service with its handlers, or parts such as health()");
        part.addTo(this.#host());
      }
      return this;
    }
    const [impl, options = {}] = rest as [object, AddOptions | undefined];
    checkService(first);
    checkAddOptions(options);
    this.#router.add(first, impl, options.allowMissing ?? false, options);
    for (const callback of this.#onServicesChanged) callback();
    return this;
  }

  /**
   * Takes a service away. Calls that have begun go on as they are, new ones end with UNIMPLEMENTED, until it is added again: then with the
   * definition and the handlers of that time.
   *
   * @param service of that name, whatever its methods are
   * @returns whether the server had it
   */
  remove(service: DescService): boolean {
    checkService(service);
    const isRemoved = this.#router.remove(service.typeName);
    if (isRemoved) for (const callback of this.#onServicesChanged) callback();
    return isRemoved;
  }

  /**
   * Accepts connections at `target`; may be called several times, for several targets.
   *
   * @param target `127.0.0.1:50051`, `localhost:50051`, `[::1]:50051`, `:50051` (all addresses; port 0 picks a free one), or
   *   `unix:/run/service.sock`; or what another `listen` returned
   * @returns what is bound, with its host and port; as text the target that a client takes
   * @throws {TypeError} for an option that is not known
   * @throws {Error} when the target is none, the address is in use or not ours, or the TLS options do not work
   */
  async listen(target: string | ListenAddress, options: ServerListenOptions = {}): Promise<ListenAddress> {
    const text = checkTarget(target);
    checkListenOptions(options);
    if (this.#closing !== undefined) throw new Error(`cannot listen on ${text}: the server was closed`);
    const starting = this.#setup.network.listen(text, { tls: options.tls }, this.#handler);
    this.#starting.add(starting);
    try {
      const listener = await starting;
      this.#listeners.add(listener);
      this.#setup.probe?.onListen(`${listener.address}`);
      return listener.address;
    } finally {
      this.#starting.delete(starting);
    }
  }

  #accept(socket: ByteSocket, peer: PeerInfo): void {
    if (this.#closing !== undefined || !this.#admits(peer.address)) {
      socket.destroy();
      return;
    }
    this.#connections.add(new ServerConnection(this.#setup, socket, peer));
  }

  /** Whether there is room for another connection, of this address. */
  #admits(address: string): boolean {
    const isFull = this.#connections.size >= this.#setup.http2.limits.maxConnections;
    if (!isFull && !this.#lostCalls.isSpent(address, this.#clock.nowMs())) return true;
    const text = `a connection of ${address} was closed at once`;
    if (isFull) this.#refuse("connections", text, "maxConnections", address);
    else
      this.#refuse(
        "lost-calls",
        `${text}: its address takes back calls with their connections`,
        "lostCallBurst",
        address,
      );
    return false;
  }

  #refuse(reason: RefusalReason, text: string, limit: keyof Http2Limits, address: string): void {
    const { http2, probe } = this.#setup;
    this.#refusals.tell(reason, `${text} (limits.${limit} = ${http2.limits[limit]})`, address, probe);
  }

  #onGone(gone: ServerConnection): void {
    this.#connections.delete(gone);
    if (this.#connections.size === 0) this.#onLastGone?.();
  }

  /**
   * Ends the server: no new connections and calls, calls that run may end, then all is cut. May be called again, and
   * gives the same promise; a shorter grace counts.
   *
   * @returns when nothing of the server is open any more
   */
  close(options: CloseOptions = {}): Promise<void> {
    try {
      checkCloseOptions(options);
    } catch (error) {
      return Promise.reject(error);
    }
    this.#closing ??= this.#drain();
    this.#cutAfter(options.graceMs ?? graceDefaultMs);
    return this.#closing;
  }

  async #drain(): Promise<void> {
    this.#setup.probe?.onDrain();
    await this.#tellDrain();
    for (const connection of this.#connections) connection.drain();
    const gone = new Promise<void>((resolve) => {
      this.#onLastGone = resolve;
    });
    await Promise.allSettled(this.#starting);
    for (const listener of this.#listeners) listener.close();
    if (this.#connections.size > 0) await gone;
    this.#setup.probe?.onClosed();
  }

  /** What the parts say of it, such as NOT_SERVING, stands before the GOAWAY: it leaves in the same turn. */
  async #tellDrain(): Promise<void> {
    if (this.#onDrain.length === 0) return;
    for (const callback of this.#onDrain) callback();
    await new Promise<void>((resolve) => this.#setup.network.atTurnEnd(() => resolve(), undefined));
  }

  #cutAfter(graceMs: number): void {
    const cut = (): void => {
      for (const connection of this.#connections) connection.cut("the server is shutting down");
    };
    if (graceMs <= 0) {
      cut();
      return;
    }
    if (graceMs === Number.POSITIVE_INFINITY) return;
    const timer = this.#clock.setTimer(graceMs, cut);
    void this.#closing?.finally(() => timer.cancel());
  }

  /** `await using server = new Server()`: closes with the default grace. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

function isPart(value: unknown): value is ServerPart {
  return typeof value === "object" && value !== null && "addTo" in value && typeof value.addTo === "function";
}
