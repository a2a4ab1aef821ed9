import type { MessageInitShape } from "@bufbuild/protobuf";
import type { ChannelProbe, Probe, ServerProbe } from "../base/probe.js";
import { RpcError } from "../base/rpc-error.js";
import { Status } from "../base/status.js";
import type { ServerHost, ServerPart } from "../server/server-part.js";
import {
  ChannelRecord,
  type ListenRecord,
  type Registry,
  ServerRecord,
  type SocketRecord,
  type SubchannelRecord,
} from "./channelz-records.js";
import { socketMessage } from "./channelz-socket.js";
import {
  type ChannelSchema,
  Channelz as ChannelzService,
  type ServerSchema,
  type SubchannelSchema,
} from "./grpc/channelz/v1/channelz_pb.js";
import { pageDefault, pageMax, topRecordsMax } from "./limits.js";

/**
 * Channelz (gRFC A14): what servers, channels and connections of this process do and did. `server.add(channelz())` tells of that
 * server; given as `probe` to channels and other servers, it tells of those too:
 *
 * ```ts
 * const zone = channelz();
 * server.add(zone);
 * const channel = new Channel("other:50051", { probe: zone });
 * ```
 */
export class Channelz implements ServerPart, Probe {
  readonly #registry: MapRegistry = new MapRegistry();

  /** For `probe` of a server. */
  onServer(): ServerProbe | undefined {
    return this.#registry.servers.size < topRecordsMax ? new ServerRecord(this.#registry) : undefined;
  }

  /** For `probe` of a channel. */
  onChannel(target: string): ChannelProbe | undefined {
    return this.#registry.channels.size < topRecordsMax ? new ChannelRecord(this.#registry, target) : undefined;
  }

  addTo(host: ServerHost): void {
    host.observe(this);
    const registry = this.#registry;
    host.add(ChannelzService, {
      getTopChannels: ({ startChannelId, maxResults }) => {
        const { page, end } = pageOf(registry.channels, startChannelId, maxResults);
        return { channel: page.map(channelMessage), end };
      },
      getServers: ({ startServerId, maxResults }) => {
        const { page, end } = pageOf(registry.servers, startServerId, maxResults);
        return { server: page.map(serverMessage), end };
      },
      getServer: ({ serverId }) => ({ server: serverMessage(find(registry.servers, serverId, "server")) }),
      getServerSockets: ({ serverId, startSocketId, maxResults }) => {
        const { sockets } = find(registry.servers, serverId, "server");
        const { page, end } = pageOf(sockets, startSocketId, maxResults);
        return { socketRef: page.map(({ ref }) => ref), end };
      },
      getChannel: ({ channelId }) => ({ channel: channelMessage(find(registry.channels, channelId, "channel")) }),
      getSubchannel: ({ subchannelId }) => ({
        subchannel: subchannelMessage(find(registry.subchannels, subchannelId, "subchannel")),
      }),
      getSocket: ({ socketId, summary }) => ({
        socket: socketMessage(find(registry.sockets, socketId, "socket"), summary),
      }),
    });
  }
}

/** The channelz service: `server.add(channelz())`. Give it to channels as `probe`, so that it tells of them too. */
export function channelz(): Channelz {
  return new Channelz();
}

/** Ids rise, and maps keep the order in which they were filled: so each is in the order of its ids. */
class MapRegistry implements Registry {
  readonly channels: Map<number, ChannelRecord> = new Map();
  readonly subchannels: Map<number, SubchannelRecord> = new Map();
  readonly servers: Map<number, ServerRecord> = new Map();
  readonly sockets: Map<number, SocketRecord | ListenRecord> = new Map();
  #lastId = 0;

  nextId(): number {
    return ++this.#lastId;
  }
}

function find<T>(records: ReadonlyMap<number, T>, id: bigint, kind: string): T {
  const record = records.get(Number(id));
  if (record !== undefined) return record;
  throw new RpcError(Status.NOT_FOUND, `there is no ${kind} ${id}; it may have been closed`);
}

/** Those from an id on; the end when there are no more. */
function pageOf<T>(records: ReadonlyMap<number, T>, startId: bigint, maxResults: bigint): { page: T[]; end: boolean } {
  if (startId < 0n || maxResults < 0n) {
    throw new RpcError(Status.INVALID_ARGUMENT, `an id of ${startId} or ${maxResults} results: neither may be below 0`);
  }
  const count = maxResults === 0n ? pageDefault : Math.min(Number(maxResults), pageMax);
  const page: T[] = [];
  for (const [id, record] of records) {
    if (id < startId) continue;
    if (page.length === count) return { page, end: false };
    page.push(record);
  }
  return { page, end: true };
}

function channelMessage(record: ChannelRecord): MessageInitShape<typeof ChannelSchema> {
  const subchannelRef = [...record.subchannels.values()].map(({ ref }) => ref);
  return { ref: record.ref, data: record.data(), subchannelRef };
}

function subchannelMessage(record: SubchannelRecord): MessageInitShape<typeof SubchannelSchema> {
  const socketRef = [...record.sockets.values()].map(({ ref }) => ref);
  return { ref: record.ref, data: { ...record.data(), maxConnectionsPerSubchannel: 1 }, socketRef };
}

function serverMessage(record: ServerRecord): MessageInitShape<typeof ServerSchema> {
  const { ref, calls, trace, listeners } = record;
  const data = { trace: trace.toMessage(), ...calls.toMessage() };
  return { ref, data, listenSocket: listeners.map((listener) => listener.ref) };
}
