import type { MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { ipBytes } from "../base/ip-bytes.js";
import type { ObservedConnection } from "../base/probe.js";
import { parseHostPort } from "../resolve/host-port.js";
import { isIpv4, isIpv6 } from "../resolve/ip-address.js";
import { ListenRecord, type SocketRecord } from "./channelz-records.js";
import type { AddressSchema, SecuritySchema, SocketDataSchema, SocketSchema } from "./grpc/channelz/v1/channelz_pb.js";

type SocketMessage = MessageInitShape<typeof SocketSchema>;

/** @param summary leaves out what is dear to find: the certificate of this end */
export function socketMessage(record: SocketRecord | ListenRecord, summary: boolean): SocketMessage {
  if (record instanceof ListenRecord) return { ref: record.ref, local: addressMessage(record.target), data: {} };
  const { connection } = record;
  const { localAddress, peer } = connection;
  return {
    ref: record.ref,
    data: dataMessage(record),
    remote: addressMessage(peer.address),
    ...(localAddress === undefined ? {} : { local: addressMessage(localAddress) }),
    ...(peer.secure ? { security: securityMessage(connection, summary) } : {}),
  };
}

function dataMessage(record: SocketRecord): MessageInitShape<typeof SocketDataSchema> {
  const { flow } = record.connection;
  return {
    streamsStarted: BigInt(record.streamsStarted),
    streamsSucceeded: BigInt(record.streamsSucceeded),
    streamsFailed: BigInt(record.streamsFailed),
    messagesSent: BigInt(record.messagesSent),
    messagesReceived: BigInt(record.messagesReceived),
    keepAlivesSent: BigInt(flow.keepalivesSent),
    ...at(
      record.isServer ? "lastRemoteStreamCreatedTimestamp" : "lastLocalStreamCreatedTimestamp",
      record.lastStreamMs,
    ),
    ...at("lastMessageSentTimestamp", record.lastSentMs),
    ...at("lastMessageReceivedTimestamp", record.lastReceivedMs),
    localFlowControlWindow: BigInt(flow.sendWindowBytes),
    remoteFlowControlWindow: BigInt(flow.receiveWindowBytes),
    // Of servers only; a server that sets no limit is told as the largest number.
    ...(record.isServer ? {} : { peerMaxConcurrentStreams: Math.min(flow.peerStreamsMax, 0xffff_ffff) }),
    ...(record.connection.noDelay === undefined
      ? {}
      : { option: [{ name: "TCP_NODELAY", value: String(record.connection.noDelay) }] }),
    ...(flow.goawayCode === undefined ? {} : { receivedGoawayError: flow.goawayCode }),
  };
}

/** Nothing where it never was. */
function at<Name extends string>(name: Name, ms: number): { [name in Name]?: ReturnType<typeof timestampFromMs> } {
  return ms === 0 ? {} : ({ [name]: timestampFromMs(ms) } as { [name in Name]: ReturnType<typeof timestampFromMs> });
}

function securityMessage(connection: ObservedConnection, summary: boolean): MessageInitShape<typeof SecuritySchema> {
  const { cipherSuite, peer } = connection;
  const localCertificate = summary ? undefined : connection.localCertificate;
  return {
    model: {
      case: "tls",
      value: {
        ...(cipherSuite === undefined ? {} : { cipherSuite: { case: "standardName", value: cipherSuite } as const }),
        ...(localCertificate === undefined ? {} : { localCertificate: Uint8Array.from(localCertificate) }),
        ...(peer.certificate === undefined ? {} : { remoteCertificate: Uint8Array.from(peer.certificate) }),
      },
    },
  };
}

/** An address as peers and listeners have it: `ipv4:1.2.3.4:5`, `[::1]:5`, `unix:/run/x.sock`. */
function addressMessage(text: string): MessageInitShape<typeof AddressSchema> {
  if (text.startsWith("unix:")) return { address: { case: "udsAddress", value: { filename: text.slice(5) } } };
  const hostPort = parseHostPort(text.replace(/^ipv[46]:/, ""));
  if (typeof hostPort === "string" || !(isIpv4(hostPort.host) || isIpv6(hostPort.host))) {
    return { address: { case: "otherAddress", value: { name: text } } };
  }
  const ipAddress = Uint8Array.from(ipBytes(hostPort.host));
  return { address: { case: "tcpipAddress", value: { ipAddress, port: hostPort.port } } };
}
