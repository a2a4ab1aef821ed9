import { grpcChannelzCalls } from "./grpc-channelz-calls.js";
import { grpcChannelzSockets } from "./grpc-channelz-sockets.js";

/** `grpc/channelz/v1/channelz.proto`: channels, servers and sockets of a process, for whoever looks for a fault (gRFC A14). */
export const grpcChannelzV1: string = `syntax = "proto3";

package grpc.channelz.v1;

import "google/protobuf/any.proto";
import "google/protobuf/duration.proto";
import "google/protobuf/timestamp.proto";
import "google/protobuf/wrappers.proto";

option go_package = "google.golang.org/grpc/channelz/grpc_channelz_v1";
option java_multiple_files = true;
option java_package = "io.grpc.channelz.v1";
option java_outer_classname = "ChannelzProto";

// A channel: calls go in, and subchannels or sockets carry them.
message Channel {
  // Its name.
  ChannelRef ref = 1;
  // What is known of it.
  ChannelData data = 2;
  // Channels below it. Where there are channels or subchannels, there are no sockets.
  repeated ChannelRef channel_ref = 3;
  // Subchannels below it.
  repeated SubchannelRef subchannel_ref = 4;
  // Sockets below it.
  repeated SocketRef socket_ref = 5;
}

// What a channel spreads its calls over.
message Subchannel {
  // Its name.
  SubchannelRef ref = 1;
  // What is known of it.
  ChannelData data = 2;
  // Channels below it. Where there are channels or subchannels, there are no sockets.
  repeated ChannelRef channel_ref = 3;
  // Subchannels below it.
  repeated SubchannelRef subchannel_ref = 4;
  // Sockets below it.
  repeated SocketRef socket_ref = 5;
}

// How a channel is connected.
message ChannelConnectivityState {
  // The states of gRPC.
  enum State {
    // Not told.
    UNKNOWN = 0;
    // Nothing is called.
    IDLE = 1;
    // A connection is being made.
    CONNECTING = 2;
    // Calls can be sent.
    READY = 3;
    // No connection could be made; it will be tried again.
    TRANSIENT_FAILURE = 4;
    // Closed.
    SHUTDOWN = 5;
  }
  // The state.
  State state = 1;
}

// Facts about a channel or a subchannel.
message ChannelData {
  // How it is connected.
  ChannelConnectivityState state = 1;
  // Where it connects to.
  string target = 2;
  // What happened to it of late.
  ChannelTrace trace = 3;
  // Calls that were begun.
  int64 calls_started = 4;
  // Calls that ended with OK.
  int64 calls_succeeded = 5;
  // Calls that ended otherwise.
  int64 calls_failed = 6;
  // When a call was begun last.
  google.protobuf.Timestamp last_call_started_timestamp = 7;
  // Of subchannels: how many connections they may have.
  uint32 max_connections_per_subchannel = 8;
}

// Something that happened.
message ChannelTraceEvent {
  // In words.
  string description = 1;
  // How much it matters.
  enum Severity {
    // Not told.
    CT_UNKNOWN = 0;
    // As it should be.
    CT_INFO = 1;
    // Worth a look.
    CT_WARNING = 2;
    // A fault.
    CT_ERROR = 3;
  }
  // How much it matters.
  Severity severity = 2;
  // When it was.
  google.protobuf.Timestamp timestamp = 3;
  // What was below the channel and concerned.
  oneof child_ref {
    // A channel.
    ChannelRef channel_ref = 4;
    // A subchannel.
    SubchannelRef subchannel_ref = 5;
  }
}

// What happened to something of late.
message ChannelTrace {
  // How much happened in all, also what is no longer kept.
  int64 num_events_logged = 1;
  // When it was made.
  google.protobuf.Timestamp creation_timestamp = 2;
  // What is kept.
  repeated ChannelTraceEvent events = 3;
}

// Names a channel. The numbers of the four kinds of names differ, so that one is never read as another.
message ChannelRef {
  // Unique in the process, above 0.
  int64 channel_id = 1;
  // For people.
  string name = 2;
  reserved 3, 4, 5, 6, 7, 8;
}

// Names a subchannel.
message SubchannelRef {
  // Unique in the process, above 0.
  int64 subchannel_id = 7;
  // For people.
  string name = 8;
  reserved 1, 2, 3, 4, 5, 6;
}

// Names a socket.
message SocketRef {
  // Unique in the process, above 0.
  int64 socket_id = 3;
  // For people.
  string name = 4;
  reserved 1, 2, 5, 6, 7, 8;
}

// Names a server.
message ServerRef {
  // Unique in the process, above 0.
  int64 server_id = 5;
  // For people.
  string name = 6;
  reserved 1, 2, 3, 4, 7, 8;
}

// One server of the process.
message Server {
  // Its name.
  ServerRef ref = 1;
  // What is known of it.
  ServerData data = 2;
  // Where it listens.
  repeated SocketRef listen_socket = 3;
}

// Facts about a server.
message ServerData {
  // What happened to it of late.
  ChannelTrace trace = 1;
  // Calls that came.
  int64 calls_started = 2;
  // Calls that ended with OK.
  int64 calls_succeeded = 3;
  // Calls that ended otherwise.
  int64 calls_failed = 4;
  // When a call came last.
  google.protobuf.Timestamp last_call_started_timestamp = 5;
}
${grpcChannelzSockets}${grpcChannelzCalls}`;
