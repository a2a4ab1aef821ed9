import type { DescMethod, DescService } from "@bufbuild/protobuf";
import { ConnectivityState } from "../balance/connectivity-state.js";
import { pickFirst } from "../balance/pick-first.js";
import { checkNames, checkNumber } from "../base/check-option.js";
import { inDevelopment } from "../base/development.js";
import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import { RequestHeaders } from "../call/client-headers.js";
import type { ClientCallEnvironment, ClientMethod } from "../call/client-method.js";
import { ResponseHeadReader } from "../call/client-response-head.js";
import { SignalWatch } from "../call/signal-watch.js";
import type { CodecProvider } from "../codec/codec.js";
import { compiledCodecs } from "../codec/compiled-codec.js";
import { decodeBounds } from "../codec/decode-bounds.js";
import { CompressionRegistry } from "../message/compression-registry.js";
import { messageBytesMaxDefault } from "../message/limits.js";
import { builtInCompressions } from "../message/zlib-compression.js";
import { systemNetwork } from "../net/network.js";
import { ProcessHold } from "../net/process-hold.js";
import { systemRandom } from "../net/random.js";
import { SystemClock } from "../net/system-clock.js";
import { prepareClientTls } from "../net/tls-options.js";
import { defaultBackoff } from "../resilience/backoff.js";
import { REPLAY_BYTES_MAX } from "../resilience/transparent-retry.js";
import { parseHostPort } from "../resolve/host-port.js";
import { readTarget } from "../resolve/registry.js";
import { CallSettingsMaker } from "./call-options.js";
import { ChannelCore } from "./channel-core.js";
import { type ChannelOptions, checkChannelOptions, messageBytesMost } from "./channel-options.js";
import { type Client, type ClientContext, makeClient } from "./client.js";
import type { Connector } from "./connector.js";
import { NetConnector } from "./net-connector.js";
import { version } from "./version.js";

/** Options of `Channel.close`. */
export interface ChannelCloseOptions {
  /** Calls that still run after this long are cut, in ms; 0 cuts them at once. Default 30 000. */
  readonly graceMs?: number | undefined;
}

/** How long `connect` and `waitForStateChange` wait. */
export interface WaitOptions {
  /** In ms; DEADLINE_EXCEEDED after that. Default: no bound. */
  readonly timeoutMs?: number | undefined;
  /** Ends the waiting with CANCELLED. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The way to a server, or to several that are the same: finds the addresses behind its target, connects when something is
 * called, and connects again when a connection is lost. Make one per target and share it. A channel without calls does
 * not keep the process alive.
 *
 * ```ts
 * await using channel = new Channel("localhost:50051");
 * const greeter = channel.client(Greeter);
 * const reply = await greeter.sayHello({ name: "Alice" }, { timeoutMs: 1_000 });
 * ```
 */
export class Channel implements AsyncDisposable {
  /** As it was given. */
  readonly target: string;
  readonly #core: ChannelCore;
  readonly #context: ClientContext;
  readonly #hold: ProcessHold = new ProcessHold();
  #waiters = 0;
  #closing: Promise<void> | undefined;

  /**
   * @param target `host:port`, `dns:host:port`, `ipv4:1.2.3.4:80,5.6.7.8:80`, `ipv6:[::1]:80`, `unix:/run/x.sock`, ... The
   *   port is 443 where none is named.
   * @throws {RpcError} INVALID_ARGUMENT for a target that cannot be read
   * @throws {TypeError} for an option that is not known or out of its range
   * @throws {TlsOptionsError} for TLS options that cannot work
   */
  constructor(target: string, options: ChannelOptions = {}) {
    checkChannelOptions(options);
    this.target = target;
    const clock = options.clock ?? new SystemClock();
    const random = options.random ?? systemRandom;
    const resolvable = readTarget(target, options.resolvers);
    const authority = options.authority ?? resolvable.authority;
    const probe = options.probe?.onChannel(target);
    this.#core = new ChannelCore({
      probe,
      targetText: target,
      target: resolvable,
      policy: options.loadBalancing ?? pickFirst(),
      connector: makeConnector(options, authority, clock, random),
      clock,
      random,
      hold: new ProcessHold(),
      backoff: { ...defaultBackoff, ...options.backoff },
      connectTimeoutMs: options.connectTimeoutMs ?? 20_000,
      idleTimeoutMs: options.idleTimeoutMs ?? 1_800_000,
      waitingCallsMax: options.waitingCallsMax ?? 65_536,
    });
    const compressions = new CompressionRegistry([...builtInCompressions(), ...(options.compressions ?? [])]);
    const env: ClientCallEnvironment = {
      clock,
      source: this.#core,
      compressions,
      heads: new ResponseHeadReader(),
      signals: new SignalWatch(),
      sendMessageBytesMax: options.sendMessageBytesMax ?? messageBytesMost,
      compressBytesMin: options.compressBytesMin ?? 0,
      replayBytesMax: REPLAY_BYTES_MAX,
      probe,
    };
    this.#context = makeContext(options, env, authority);
  }

  /**
   * The methods of a service, to be called over this channel. Cheap, but better made once than for each call.
   *
   * @throws {TypeError} when `desc` is no service
   */
  client<Desc extends DescService>(desc: Desc): Client<Desc> {
    if (desc?.kind !== "service") throw new TypeError("channel.client() takes a service, as generated code exports it");
    return makeClient(desc, this.#context);
  }

  /**
   * The state of the channel.
   *
   * @param tryToConnect begins to connect when it is IDLE; default false
   */
  getState(tryToConnect: boolean = false): ConnectivityState {
    const { state } = this.#core;
    if (tryToConnect) this.#core.exitIdle();
    return state;
  }

  /**
   * Waits until the state is another one than `from`, and gives the new one.
   *
   * @throws {RpcError} DEADLINE_EXCEEDED or CANCELLED as the options say
   */
  async waitForStateChange(from: ConnectivityState, options: WaitOptions = {}): Promise<ConnectivityState> {
    checkNames("options of waitForStateChange()", options, waitOptionNames);
    const { timeoutMs, signal } = options;
    checkNumber("timeoutMs", timeoutMs, 0);
    return this.#whileHeld(
      () =>
        new Promise((resolve, reject) => {
          const end = (error: RpcError | undefined): void => {
            forget();
            timer?.cancel();
            signal?.removeEventListener("abort", onAbort);
            if (error === undefined) resolve(this.#core.state);
            else reject(error);
          };
          const onAbort = (): void =>
            end(new RpcError(Status.CANCELLED, "the waiting was cancelled", { cause: signal?.reason }));
          const late = `the channel to ${this.target} is ${from} still after ${timeoutMs} ms`;
          const clock = this.#context.env.clock;
          const expired = (): void => end(new RpcError(Status.DEADLINE_EXCEEDED, late));
          const timer = timeoutMs === undefined ? undefined : clock.setTimer(timeoutMs, expired);
          let forget = (): void => undefined;
          signal?.addEventListener("abort", onAbort);
          if (signal?.aborted === true) onAbort();
          else forget = this.#core.watch.whenNot(from, () => end(undefined));
        }),
    );
  }

  /**
   * Connects now, not with the first call.
   *
   * @throws {RpcError} UNAVAILABLE, with the reason, when that fails or has failed just before; DEADLINE_EXCEEDED or
   *   CANCELLED as the options say
   */
  async connect(options: WaitOptions = {}): Promise<void> {
    const { clock } = this.#context.env;
    const endMs = clock.nowMs() + (options.timeoutMs ?? Number.POSITIVE_INFINITY);
    for (;;) {
      this.#core.exitIdle();
      const { state, lastError } = this.#core;
      if (state === ConnectivityState.READY) return;
      if (state === ConnectivityState.SHUTDOWN)
        throw new RpcError(Status.UNAVAILABLE, `the channel to ${this.target} was closed`);
      if (state === ConnectivityState.TRANSIENT_FAILURE) {
        throw new RpcError(Status.UNAVAILABLE, lastError?.message ?? "no connection", { cause: lastError });
      }
      await this.waitForStateChange(state, {
        signal: options.signal,
        timeoutMs: endMs === Number.POSITIVE_INFINITY ? undefined : Math.max(0, endMs - clock.nowMs()),
      });
    }
  }

  /**
   * Takes no more calls: those that have no stream yet and new ones fail with UNAVAILABLE. Calls in flight have `graceMs`
   * to end, then they fail with CANCELLED. Resolves when all connections are closed; calling it again changes nothing.
   */
  async close(options: ChannelCloseOptions = {}): Promise<void> {
    checkNames("options of close()", options, closeOptionNames);
    checkNumber("graceMs", options.graceMs, 0);
    const graceMs = options.graceMs ?? 30_000;
    this.#closing ??= this.#whileHeld(() => new Promise((resolve) => this.#core.close(graceMs, resolve)));
    await this.#closing;
  }

  /** As `close()`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** What waits for a channel keeps the process alive, unlike the channel itself. */
  async #whileHeld<T>(wait: () => Promise<T>): Promise<T> {
    this.#waiters++;
    this.#hold.hold();
    try {
      return await wait();
    } finally {
      if (--this.#waiters === 0) this.#hold.release();
    }
  }
}

const waitOptionNames: ReadonlySet<string> = new Set(["timeoutMs", "signal"]);
const closeOptionNames: ReadonlySet<string> = new Set(["graceMs"]);

function makeConnector(
  options: ChannelOptions,
  authority: string,
  clock: NonNullable<ChannelOptions["clock"]>,
  random: NonNullable<ChannelOptions["random"]>,
): Connector {
  const { tls, limits, keepalive, network, onFault } = options;
  const hostPort = parseHostPort(authority);
  return new NetConnector({
    clock,
    random,
    network: network ?? systemNetwork,
    tls: tls === undefined || tls === false ? undefined : prepareClientTls(tls === true ? {} : tls),
    serverName: typeof hostPort === "string" ? authority : hostPort.host,
    limits,
    keepalive,
    onFault: onFault ?? warnOfFault,
  });
}

function makeContext(options: ChannelOptions, env: ClientCallEnvironment, authority: string): ClientContext {
  const codecs: CodecProvider =
    options.codecs ?? compiledCodecs({ checkFieldNames: options.checkFieldNames ?? inDevelopment() });
  const { userAgent, tls, receiveMessageBytesMax = messageBytesMaxDefault } = options;
  const defaults = {
    timeoutMs: options.timeoutMs,
    waitForReady: options.waitForReady ?? false,
    compression: options.compression,
    receiveMessageBytesMax,
    decodeBounds: decodeBounds("client", options, receiveMessageBytesMax),
  };
  const makeMethod = (desc: DescMethod): ClientMethod => {
    const path = `/${desc.parent.typeName}/${desc.name}`;
    const { methodKind } = desc;
    return {
      desc,
      path,
      streamsRequest: methodKind === "client_streaming" || methodKind === "bidi_streaming",
      streamsResponse: methodKind === "server_streaming" || methodKind === "bidi_streaming",
      requestCodec: codecs(desc.input),
      responseCodec: codecs(desc.output),
      headers: new RequestHeaders({
        scheme: tls === undefined || tls === false ? "http" : "https",
        authority,
        path,
        userAgent: `${userAgent === undefined ? "" : `${userAgent} `}peregrine/${version}`,
        acceptEncoding: env.compressions.acceptEncoding,
      }),
    };
  };
  return {
    env,
    settings: new CallSettingsMaker(defaults, env.compressions),
    interceptors: options.interceptors ?? [],
    method: makeMethod,
  };
}

function warnOfFault(fault: unknown): void {
  const text = fault instanceof Error ? (fault.stack ?? fault.message) : String(fault);
  process.emitWarning(`a connection was closed by a mistake inside of peregrine: ${text}`, "PeregrineFault");
}
