/** `peregrine`: servers, clients, statuses. */
export { ConnectivityState } from "./balance/connectivity-state.js";
export type {
  AttemptEnd,
  ChannelControl,
  LoadBalancer,
  LoadBalancerPolicy,
  PickedSubchannel,
  Picker,
  PickInfo,
  PickResult,
  Subchannel,
} from "./balance/load-balancer.js";
export { type PickFirstOptions, pickFirst } from "./balance/pick-first.js";
export { type AttributeKey, Attributes, attributeKey } from "./base/attributes.js";
export type { ByteRange } from "./base/byte-range.js";
export type { CallEnd } from "./base/call-end.js";
export type { Clock, Random, Timer } from "./base/clock.js";
export { joinProbes } from "./base/join-probes.js";
export { Metadata, type MetadataInit, type MetadataValue } from "./base/metadata.js";
export type {
  AttemptProbe,
  CallProbe,
  ChannelProbe,
  ConnectionFlow,
  ConnectionProbe,
  ObservedConnection,
  ObservedState,
  Probe,
  RefusalReason,
  ServerProbe,
  SubchannelProbe,
} from "./base/probe.js";
export {
  detail,
  type ErrorDetail,
  type OutgoingDetail,
  type PackedDetail,
  RpcError,
  type RpcErrorOptions,
} from "./base/rpc-error.js";
export { Status, statusName } from "./base/status.js";
export type { PeerInfo } from "./base/transport.js";
export type { Admission, Gate, GateAnswer, IncomingCall } from "./call/gate.js";
export type {
  Interceptor,
  InterceptorCall,
  InterceptorNext,
  InterceptorRequest,
  InterceptorResponse,
} from "./call/interceptor.js";
export { type Pushable, type PushableOptions, pushable } from "./call/pushable.js";
export type { CallParent, ServerContext } from "./call/server-context.js";
export type { CallOptions } from "./client/call-options.js";
export { Channel, type ChannelCloseOptions, type WaitOptions } from "./client/channel.js";
export type { ChannelOptions } from "./client/channel-options.js";
export type { Client, ClientFunction, Requests, Responses } from "./client/client.js";
export type { CodecProvider, MessageCodec } from "./codec/codec.js";
export { type DecodeBounds, DecodedSizeError, type UnknownFields } from "./codec/decode-bounds.js";
export type { Http2Limits } from "./http2/limits.js";
export type { KeepaliveOptions, PingPolicy } from "./http2/options.js";
export type { Compression } from "./message/compression.js";
export type { SocketAddress } from "./net/address.js";
export type { Endpoint, ResolverResult } from "./net/endpoint.js";
export { ListenAddress } from "./net/listen-address.js";
export type { Network } from "./net/network.js";
export type { ByteSocket } from "./net/socket-driver.js";
export type { TlsClientOptions, TlsServerOptions } from "./net/tls-options.js";
export type { BackoffOptions } from "./resilience/backoff.js";
export type { Resolver, ResolverContext, ResolverListener, ResolverScheme } from "./resolve/resolver.js";
export type { Target } from "./resolve/target.js";
export type {
  AddOptions,
  CloseOptions,
  ServerCompression,
  ServerConnectionOptions,
  ServerErrorInfo,
  ServerHttp2Options,
  ServerListenOptions,
  ServerOptions,
} from "./server/options.js";
export { Server } from "./server/server.js";
export type { ServerHost, ServerPart } from "./server/server-part.js";
export type { Messages, MethodImpl, Reply, ServiceImpl } from "./server/service-impl.js";
