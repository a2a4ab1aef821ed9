import type { MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import type {
  AttemptProbe,
  CallProbe,
  ChannelProbe,
  ConnectionProbe,
  ObservedConnection,
  ObservedState,
  ServerProbe,
  SubchannelProbe,
} from "../base/probe.js";
import { Status } from "../base/status.js";
import { Trace } from "./channelz-trace.js";
import {
  type ChannelDataSchema,
  type ChannelRefSchema,
  type ServerDataSchema,
  type ServerRefSchema,
  ChannelTraceEvent_Severity as Severity,
  type SocketRefSchema,
  ChannelConnectivityState_State as State,
  type SubchannelRefSchema,
} from "./grpc/channelz/v1/channelz_pb.js";

/** Where records are kept, by id. */
export interface Registry {
  nextId(): number;
  readonly channels: Map<number, ChannelRecord>;
  readonly subchannels: Map<number, SubchannelRecord>;
  readonly servers: Map<number, ServerRecord>;
  readonly sockets: Map<number, SocketRecord | ListenRecord>;
}

type CallFields = Pick<
  Extract<MessageInitShape<typeof ServerDataSchema>, { readonly $typeName?: never }>,
  "callsStarted" | "callsSucceeded" | "callsFailed" | "lastCallStartedTimestamp"
>;

/** A count of calls; one object for all calls of a channel, so that a call makes none. */
export class CallCounts implements CallProbe {
  started = 0;
  succeeded = 0;
  failed = 0;
  lastStartedMs = 0;

  start(): void {
    this.started++;
    this.lastStartedMs = Date.now();
  }

  onEnd(status: Status): void {
    if (status === Status.OK) this.succeeded++;
    else this.failed++;
  }

  /** The fields that channels and servers have in common. */
  toMessage(): CallFields {
    return {
      callsStarted: BigInt(this.started),
      callsSucceeded: BigInt(this.succeeded),
      callsFailed: BigInt(this.failed),
      ...(this.lastStartedMs === 0 ? {} : { lastCallStartedTimestamp: timestampFromMs(this.lastStartedMs) }),
    };
  }
}

abstract class ChannelLike {
  readonly id: number;
  readonly target: string;
  readonly calls: CallCounts = new CallCounts();
  readonly trace: Trace = new Trace();
  state: ObservedState = "IDLE";

  constructor(id: number, target: string) {
    this.id = id;
    this.target = target;
    this.trace.add("created");
  }

  protected changeState(state: ObservedState, reason: string | undefined): void {
    this.state = state;
    const failed = state === "TRANSIENT_FAILURE";
    const why = failed && reason !== undefined ? `: ${reason}` : "";
    this.trace.add(`is ${state}${why}`, failed ? Severity.CT_WARNING : Severity.CT_INFO);
  }

  data(): MessageInitShape<typeof ChannelDataSchema> {
    return {
      state: { state: State[this.state] },
      target: this.target,
      trace: this.trace.toMessage(),
      ...this.calls.toMessage(),
    };
  }
}

export class ChannelRecord extends ChannelLike implements ChannelProbe {
  readonly subchannels: Map<number, SubchannelRecord> = new Map();
  readonly #registry: Registry;

  constructor(registry: Registry, target: string) {
    super(registry.nextId(), target);
    this.#registry = registry;
    registry.channels.set(this.id, this);
  }

  get ref(): MessageInitShape<typeof ChannelRefSchema> {
    return { channelId: BigInt(this.id), name: this.target };
  }

  onState(state: ObservedState, reason?: string): void {
    this.changeState(state, reason);
    if (state === "SHUTDOWN") this.#registry.channels.delete(this.id);
  }

  onAddresses(count: number): void {
    this.trace.add(`the name is ${count} ${count === 1 ? "address" : "addresses"}`);
  }

  onSubchannel(address: string): SubchannelProbe {
    const record = new SubchannelRecord(this.#registry, address, () => {
      this.subchannels.delete(record.id);
      this.trace.add("gave up a subchannel", Severity.CT_INFO, { case: "subchannelRef", value: record.ref });
    });
    this.subchannels.set(record.id, record);
    this.trace.add("made a subchannel", Severity.CT_INFO, { case: "subchannelRef", value: record.ref });
    return record;
  }

  onCall(): CallProbe {
    this.calls.start();
    return this.calls;
  }
}

export class SubchannelRecord extends ChannelLike implements SubchannelProbe {
  readonly sockets: Map<number, SocketRecord> = new Map();
  readonly #registry: Registry;
  readonly #onShutdown: () => void;

  constructor(registry: Registry, address: string, onShutdown: () => void) {
    super(registry.nextId(), address);
    this.#registry = registry;
    this.#onShutdown = onShutdown;
    registry.subchannels.set(this.id, this);
  }

  get ref(): MessageInitShape<typeof SubchannelRefSchema> {
    return { subchannelId: BigInt(this.id), name: this.target };
  }

  onState(state: ObservedState, reason?: string): void {
    this.changeState(state, reason);
    if (state === "SHUTDOWN") this.#onShutdown();
    this.#forgetWhenOver();
  }

  /** One that was given up is kept while calls on its connection end. */
  #forgetWhenOver(): void {
    if (this.state === "SHUTDOWN" && this.sockets.size === 0) this.#registry.subchannels.delete(this.id);
  }

  onConnection(connection: ObservedConnection): ConnectionProbe {
    const record = new SocketRecord(this.#registry, connection, this.calls, this.sockets, (reason) => {
      this.trace.add(`a connection was closed: ${reason}`);
      this.#forgetWhenOver();
    });
    return record;
  }
}

export class ServerRecord implements ServerProbe {
  readonly id: number;
  readonly calls: CallCounts = new CallCounts();
  readonly trace: Trace = new Trace();
  readonly sockets: Map<number, SocketRecord> = new Map();
  readonly listeners: ListenRecord[] = [];
  readonly #registry: Registry;

  constructor(registry: Registry) {
    this.id = registry.nextId();
    this.#registry = registry;
    registry.servers.set(this.id, this);
    this.trace.add("created");
  }

  get ref(): MessageInitShape<typeof ServerRefSchema> {
    return { serverId: BigInt(this.id), name: this.listeners.map(({ target }) => target).join(" ") };
  }

  onListen(target: string): void {
    this.listeners.push(new ListenRecord(this.#registry, target));
    this.trace.add(`listens on ${target}`);
  }

  onDrain(): void {
    this.trace.add("drains");
  }

  onClosed(): void {
    this.#registry.servers.delete(this.id);
    for (const { id } of this.listeners) this.#registry.sockets.delete(id);
  }

  onConnection(connection: ObservedConnection): ConnectionProbe {
    return new SocketRecord(this.#registry, connection, this.calls, this.sockets, undefined);
  }
}

/** A socket that listens. */
export class ListenRecord {
  readonly id: number;
  readonly target: string;

  constructor(registry: Registry, target: string) {
    this.id = registry.nextId();
    this.target = target;
    registry.sockets.set(this.id, this);
  }

  get ref(): MessageInitShape<typeof SocketRefSchema> {
    return { socketId: BigInt(this.id), name: this.target };
  }
}

/** A connection, and at once what each call on it tells: no object is made for a call. */
export class SocketRecord implements ConnectionProbe, AttemptProbe {
  readonly id: number;
  readonly connection: ObservedConnection;
  /** Whether calls come from the other end. */
  readonly isServer: boolean;
  streamsStarted = 0;
  streamsSucceeded = 0;
  streamsFailed = 0;
  messagesSent = 0;
  messagesReceived = 0;
  lastStreamMs = 0;
  lastSentMs = 0;
  lastReceivedMs = 0;
  readonly #registry: Registry;
  readonly #calls: CallCounts;
  readonly #siblings: Map<number, SocketRecord>;
  readonly #onClosed: ((reason: string) => void) | undefined;

  /** @param onClosed of a client's connection; a server has too many of them to hear of each */
  constructor(
    registry: Registry,
    connection: ObservedConnection,
    calls: CallCounts,
    siblings: Map<number, SocketRecord>,
    onClosed: ((reason: string) => void) | undefined,
  ) {
    this.id = registry.nextId();
    this.connection = connection;
    this.isServer = onClosed === undefined;
    this.#registry = registry;
    this.#calls = calls;
    this.#siblings = siblings;
    this.#onClosed = onClosed;
    registry.sockets.set(this.id, this);
    siblings.set(this.id, this);
  }

  get ref(): MessageInitShape<typeof SocketRefSchema> {
    return { socketId: BigInt(this.id), name: this.connection.peer.address };
  }

  onCall(): AttemptProbe {
    this.#calls.start();
    this.streamsStarted++;
    this.lastStreamMs = this.#calls.lastStartedMs;
    return this;
  }

  onMessageSent(): void {
    this.messagesSent++;
    this.lastSentMs = Date.now();
  }

  onMessageReceived(): void {
    this.messagesReceived++;
    this.lastReceivedMs = Date.now();
  }

  onEnd(status: Status, complete: boolean): void {
    this.#calls.onEnd(status);
    if (complete) this.streamsSucceeded++;
    else this.streamsFailed++;
  }

  onClosed(reason: string): void {
    this.#registry.sockets.delete(this.id);
    this.#siblings.delete(this.id);
    this.#onClosed?.(reason);
  }
}
