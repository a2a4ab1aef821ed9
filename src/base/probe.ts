import type { Status } from "./status.js";
import type { HeaderList, PeerInfo } from "./transport.js";

/**
 * Who watches: channelz now, metrics and tracing in the same way. Each event is told from one place. Nothing is told, and
 * nothing is made to be told, where there is no probe. What it gives for a server, a channel, a connection or a call hears of that
 * one, and undefined hears nothing. What a probe throws reaches no call: a server's
 * `onError` and a channel's `onFault` hear the first of it.
 *
 *   Probe --> ServerProbe --------------------> ConnectionProbe --> AttemptProbe (a call that came)
 *   Probe --> ChannelProbe --> SubchannelProbe --> ConnectionProbe --> AttemptProbe (a call on this connection)
 *             ChannelProbe --> CallProbe (a call as its user sees it, whatever became of its attempts)
 */
export interface Probe {
  /** A server was made. */
  onServer(): ServerProbe | undefined;
  /** A channel to a target was made. */
  onChannel(target: string): ChannelProbe | undefined;
}

export interface ServerProbe {
  /** It listens at a target. */
  onListen(target: string): void;
  /** It begins to close. */
  onDrain(): void;
  /** Nothing of it is open any more. */
  onClosed(): void;
  onConnection(connection: ObservedConnection): ConnectionProbe | undefined;
  /** A connection or a call was turned away; see `RefusalReason`. */
  onRefused?(reason: RefusalReason): void;
}

/**
 * Why a server turned somebody away. `connections`: it has as many as `limits.maxConnections`. `files`: the process has nearly as many
 * files open as it may. `lost-calls`: the peer's address took more calls back with its connections than `limits.lostCallBurst`.
 * `calls`: a call, since there are as many as `limits.maxTotalCalls`.
 */
export type RefusalReason = "connections" | "files" | "lost-calls" | "calls";

/** States of channels and subchannels, as gRPC names them. */
export type ObservedState = "IDLE" | "CONNECTING" | "READY" | "TRANSIENT_FAILURE" | "SHUTDOWN";

export interface ChannelProbe {
  /** A state that is another one than before. `reason` tells why a connection could not be made. */
  onState(state: ObservedState, reason?: string): void;
  /** The name was resolved. */
  onAddresses(count: number): void;
  onSubchannel(address: string): SubchannelProbe | undefined;
  /** A call begins, whether or not there is a connection for it. */
  onCall(path: string): CallProbe | undefined;
}

export interface SubchannelProbe {
  onState(state: ObservedState, reason?: string): void;
  onConnection(connection: ObservedConnection): ConnectionProbe | undefined;
}

export interface ConnectionProbe {
  /**
   * A call begins on it: a stream was opened.
   *
   * @param path `/package.Service/Method`; at a server empty for a method that it does not have
   * @param headers of the request as they are on the wire: name, value, name, value, ... Secrets such as `authorization` are among
   *   them, and the list may be used again: it must not be changed
   */
  onCall(path: string, headers: HeaderList): AttemptProbe | undefined;
  /** It is over; `reason` is for people. */
  onClosed(reason: string): void;
}

/** Hears the end of a call. */
export interface CallProbe {
  /**
   * Exactly once.
   *
   * @param complete whether the server's END_STREAM was sent, or has come
   */
  onEnd(status: Status, complete: boolean): void;
}

export interface AttemptProbe extends CallProbe {
  /** A message is sent, of so many bytes on the wire without their prefix. */
  onMessageSent(byteCount: number): void;
  onMessageReceived(byteCount: number): void;
}

/** A connection, for whoever asks about it: nothing is counted for that. */
export interface ObservedConnection {
  readonly peer: PeerInfo;
  /** As `PeerInfo.address`; undefined where this end has no name, as a Unix client. */
  readonly localAddress: string | undefined;
  /** The cipher suite as the RFCs name it; undefined in plaintext. */
  readonly cipherSuite: string | undefined;
  /** Whether small writes leave at once (`TCP_NODELAY`); undefined where there is no such thing, as with a Unix socket. */
  readonly noDelay: boolean | undefined;
  /** The certificate of this end, as DER bytes. */
  readonly localCertificate: Uint8Array | undefined;
  /** What HTTP/2 knows of it now. */
  readonly flow: ConnectionFlow;
}

export interface ConnectionFlow {
  /** What we may send on the connection, as the peer granted it, in bytes. */
  readonly sendWindowBytes: number;
  /** What the peer may send on it, as we granted it, in bytes. */
  readonly receiveWindowBytes: number;
  /** Streams that the peer lets us have open; Infinity for any number. */
  readonly peerStreamsMax: number;
  /** PINGs that asked whether the peer lives. */
  readonly keepalivesSent: number;
  /** Code of a GOAWAY that came; undefined while none has. */
  readonly goawayCode: number | undefined;
}
