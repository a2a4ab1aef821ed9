import type { DescMethod, DescService } from "@bufbuild/protobuf";
import { ConnectivityState } from "../balance/connectivity-state.js";
import { pickFirst } from "../balance/pick-first.js";
import { checkOptions, isNumber, isObjectWith, type OptionChecks, show } from "../base/check-option.js";
import { inDevelopment } from "../base/development.js";
import { guardProbe } from "../base/guard-probe.js";
import { joinProbes, partsOfProbe } from "../base/join-probes.js";
import { withOverrides } from "../base/overrides.js";
import type { ChannelProbe } from "../base/probe.js";
import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import { thrownText } from "../base/thrown.js";
import { RequestHeaders } from "../call/client-headers.js";
import type { ClientCallEnvironment, ClientMethod } from "../call/client-method.js";
import { ResponseHeadReader } from "../call/client-response-head.js";
import { UnreadStreams } from "../call/client-responses.js";
import { SignalWatch } from "../call/signal-watch.js";
import type { CodecProvider } from "../codec/codec.js";
import { compiledCodecs } from "../codec/compiled-codec.js";
import { decodeBounds } from "../codec/decode-bounds.js";
import { CompressionRegistry } from "../message/compression-registry.js";
import { messageBytesMaxDefault } from "../message/limits.js";
import { TurnBudget } from "../message/turn-budget.js";
import { builtInCompressions } from "../message/zlib-compression.js";
import { type ListenAddress, targetText } from "../net/listen-address.js";
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
 * not keep the process alive. Close it when it is not needed any more; one that nobody refers to, neither itself nor a client of
 * it nor a call, closes once it is collected.
 *
 * ```ts
 * await using channel = new Channel("localhost:50051");
 * const greeter = channel.client(Greeter);
 * const reply = await greeter.sayHello({ name: "Alice" }, { timeoutMs: 1_000 });
 * ```
 */
export class Channel implements AsyncDisposable {
  /** As it was given, as text. */
  readonly target: string;
  readonly #core: ChannelCore;
  readonly #context: ClientContext;
  readonly #hold: ProcessHold = new ProcessHold();
  #waiters = 0;
  #closing: Promise<void> | undefined;

  /**
   * @param target `host:port`, `dns:host:port`, `ipv4:1.2.3.4:80,5.6.7.8:80`, `ipv6:[::1]:80`, `unix:/run/x.sock`, ... The
   *   port is 443 where none is named. Or what `server.listen()` returned.
   * @throws {RpcError} INVALID_ARGUMENT for a target that cannot be read
   * @throws {TypeError} for an option that is not known or out of its range
   * @throws {TlsOptionsError} for TLS options that cannot work
   */
  constructor(target: string | ListenAddress, options: ChannelOptions = {}) {
    const text = targetText(target);
    if (text === undefined)
      throw new TypeError(`new Channel() takes a target such as "localhost:50051": got ${show(target)}`);
    checkChannelOptions(options);
    this.target = text;
    const clock = options.clock ?? new SystemClock();
    const random = options.random ?? systemRandom;
    const resolvable = readTarget(text, options.resolvers);
    const authority = options.authority ?? resolvable.authority;
    const reportError = listenerErrors(options.onFault);
    const probe = observe(options.probe, text, (error) => reportError(error, "probe"));
    this.#core = new ChannelCore({
      probe,
      targetText: text,
      target: resolvable,
      policy: options.loadBalancing ?? pickFirst(),
      connector: makeConnector(options, authority, clock, random),
      clock,
      random,
      hold: new ProcessHold(),
      backoff: withOverrides(defaultBackoff, options.backoff),
      connectTimeoutMs: options.connectTimeoutMs ?? 20_000,
      idleTimeoutMs: options.idleTimeoutMs ?? 1_800_000,
      waitingCallsMax: options.waitingCallsMax ?? 65_536,
      minResolutionIntervalMs: options.minResolutionIntervalMs ?? 5_000,
    });
    const compressions = new CompressionRegistry([...builtInCompressions(), ...(options.compressions ?? [])]);
    const { acceptCompressions: accept } = options;
    const { atTurnEnd } = options.network ?? systemNetwork;
    const env: ClientCallEnvironment = {
      clock,
      source: this.#core,
      compressions,
      accepted: accept === undefined ? compressions : compressions.only("acceptCompressions", accept),
      budget: new TurnBudget(clock, atTurnEnd),
      heads: new ResponseHeadReader(),
      signals: new SignalWatch(),
      unread: new UnreadStreams(),
      onListenerError: reportError,
      sendMessageBytesMax: options.sendMessageBytesMax ?? messageBytesMost,
      compressBytesMin: options.compressBytesMin ?? 0,
      replayBytesMax: options.maxReplayBytes ?? REPLAY_BYTES_MAX,
      probe,
    };
    this.#context = makeContext(options, env, authority);
    this.#core.closeWhenCollected(env);
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
    checkOptions("options of waitForStateChange()", options, waitChecks);
    const { timeoutMs, signal } = options;
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
    checkOptions("options of connect()", options, waitChecks);
    const { clock } = this.#context.env;
    const endMs = clock.nowMs() + (options.timeoutMs ?? Number.POSITIVE_INFINITY);
    for (;;) {
      this.#core.exitIdle();
      const { state, lastError } = this.#core;
      if (state === ConnectivityState.READY) return;
      if (state === ConnectivityState.SHUTDOWN)
        throw new RpcError(Status.UNAVAILABLE, `the channel to ${this.target} was closed`);
      if (state === ConnectivityState.TRANSIENT_FAILURE) {
        throw new RpcError(Status.UNAVAILABLE, lastError?.message ?? "no connection");
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
    checkOptions("options of close()", options, closeChecks);
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

const waitChecks: OptionChecks<WaitOptions> = { timeoutMs: isNumber(0), signal: isObjectWith("addEventListener") };
const closeChecks: OptionChecks<ChannelCloseOptions> = { graceMs: isNumber(0) };

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
        acceptEncoding: env.accepted.acceptEncoding,
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
  process.emitWarning(`a connection was closed by a mistake inside of peregrine: ${stackOf(fault)}`, "PeregrineFault");
}

/** Each of several that are joined is guarded by itself: one that throws must not keep the event from the next. */
function observe(
  probe: ChannelOptions["probe"],
  target: string,
  report: (error: unknown) => void,
): ChannelProbe | undefined {
  if (probe === undefined) return undefined;
  return joinProbes(...partsOfProbe(probe).map((part) => guardProbe(part, report))).onChannel(target);
}

/**
 * Where errors go that a listener of the user throws where it must not end a call. Without `onFault` each kind of listener is
 * warned of once: it mostly throws in every call.
 */
function listenerErrors(onFault: ChannelOptions["onFault"]): (error: unknown, listener: string) => void {
  const warned = new Set<string>();
  return (error, listener) => {
    if (onFault !== undefined) {
      onFault(error);
      return;
    }
    if (warned.has(listener)) return;
    warned.add(listener);
    process.emitWarning(`a listener (${listener}) of a channel threw: ${stackOf(error)}`, "PeregrineListener");
  };
}

function stackOf(error: unknown): string {
  try {
    return error instanceof Error ? (error.stack ?? error.message) : thrownText(error);
  } catch {
    return thrownText(error);
  }
}
