import type { DescMessage, DescMethod } from "@bufbuild/protobuf";
import type { Clock } from "../base/clock.js";
import type { Metadata } from "../base/metadata.js";
import type { ChannelProbe, ConnectionProbe } from "../base/probe.js";
import type { RpcError } from "../base/rpc-error.js";
import type { ClientTransport, TransportFailure } from "../base/transport.js";
import type { MessageCodec } from "../codec/codec.js";
import type { DecodeBounds } from "../codec/decode-bounds.js";
import type { Compression } from "../message/compression.js";
import type { CompressionRegistry } from "../message/compression-registry.js";
import type { TurnBudget } from "../message/turn-budget.js";
import type { RequestHeaders } from "./client-headers.js";
import type { ResponseHeadReader } from "./client-response-head.js";
import type { UnreadStreams } from "./client-responses.js";
import type { AbortListener, SignalWatch } from "./signal-watch.js";

/** One method of a service, ready to be called over one channel: made once per client. */
export interface ClientMethod {
  readonly desc: DescMethod;
  /** `/package.Service/Method`. */
  readonly path: string;
  readonly streamsRequest: boolean;
  readonly streamsResponse: boolean;
  readonly requestCodec: MessageCodec<DescMessage>;
  readonly responseCodec: MessageCodec<DescMessage>;
  readonly headers: RequestHeaders;
}

/** How one call is made: its options with the channel's defaults filled in, checked. */
export interface CallSettings {
  /** Milliseconds from the call's start to its deadline, above 0; undefined for none. */
  readonly timeoutMs: number | undefined;
  /** Each of them cancels the call. */
  readonly signals: readonly AbortSignal[];
  readonly metadata: Metadata | undefined;
  readonly onHeaders: ((headers: Metadata) => void) | undefined;
  readonly onTrailers: ((trailers: Metadata) => void) | undefined;
  readonly waitForReady: boolean;
  /** How requests are compressed; undefined for not at all. */
  readonly compression: Compression | undefined;
  /** Which of the messages are; undefined for all that are long enough. */
  readonly compressWhen: ((message: object) => boolean) | undefined;
  readonly receiveMessageBytesMax: number;
  /** What a response may take when it is decoded; without it, all that it takes. */
  readonly decodeBounds: DecodeBounds | undefined;
  /** The call with interceptors that this one is a try of. */
  readonly group: CallGroup | undefined;
}

/** A call that ends with others: a try of a call that interceptors stand around. */
export interface GroupMember extends AbortListener {
  /** The error of its deadline, with what it knows of its way to the server. */
  deadlineExceeded(): RpcError;
}

/** What ends several calls together. */
export interface CallGroup {
  /** Why it is over; undefined while it is not. A call that begins after that ends at once. */
  readonly endReason: RpcError | undefined;
  add(call: GroupMember): void;
  /** @param error that it ended with */
  remove(call: GroupMember, error: RpcError | undefined): void;
}

/** What all calls of a channel share. */
export interface ClientCallEnvironment {
  readonly clock: Clock;
  readonly source: StreamSource;
  /** What requests may be compressed with. */
  readonly compressions: CompressionRegistry;
  /** What responses may be compressed with. */
  readonly accepted: CompressionRegistry;
  /** What decompressing and decoding may take of a turn of the event loop. */
  readonly budget: TurnBudget;
  readonly heads: ResponseHeadReader;
  readonly signals: SignalWatch;
  readonly unread: UnreadStreams;
  /** Hears of an error that a listener of the user throws where it must not end a call. */
  readonly onListenerError: (error: unknown, listener: string) => void;
  readonly sendMessageBytesMax: number;
  /** Messages of fewer bytes are not worth compressing. */
  readonly compressBytesMin: number;
  /** Sent messages that a call holds so that it can be sent again, in bytes. */
  readonly replayBytesMax: number;
  /** Who watches the channel. */
  readonly probe?: ChannelProbe | undefined;
}

/** A connection, and who watches it. */
export interface CallTransport extends ClientTransport {
  readonly probe?: ConnectionProbe | undefined;
}

/** A call on its way to a stream. */
export interface WaitingCall {
  /** Wait while no connection can be made, and not fail. */
  readonly waitForReady: boolean;
  /** `/package.Service/Method`: what a load balancing policy may choose by. */
  readonly path: string;
  /** As `path`. */
  readonly metadata: Metadata | undefined;
  /**
   * Opens a stream.
   *
   * @param peer the connection's address as a target, for messages
   * @returns false when the connection takes no more streams now: the call goes on waiting
   */
  open(transport: CallTransport, peer: string): boolean;
  /** There will be no stream for it. */
  refuse(error: RpcError): void;
}

/** Where calls get their streams from: a channel. */
export interface StreamSource {
  /** Opens a stream for the call, at once or later, or refuses it. */
  dispatch(call: WaitingCall): void;
  /** The call waits no longer: cancelled, or its deadline has passed. */
  withdraw(call: WaitingCall): void;
  /** Why a call that still waits has no stream, for the message of its deadline; empty when nothing is known. */
  explainWait(call: WaitingCall): string;
  /** Whether a call whose stream failed may begin again without its user knowing. */
  mayRetry(failure: TransportFailure, retries: number, replayable: boolean): boolean;
}
