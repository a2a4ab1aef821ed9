/** The part of `channelz.proto` that is called. */
export const grpcChannelzCalls: string = `
// What a process has of gRPC.
service Channelz {
  // The channels that the program made itself.
  rpc GetTopChannels(GetTopChannelsRequest) returns (GetTopChannelsResponse);
  // All servers.
  rpc GetServers(GetServersRequest) returns (GetServersResponse);
  // One server, or NOT_FOUND.
  rpc GetServer(GetServerRequest) returns (GetServerResponse);
  // The connections of a server.
  rpc GetServerSockets(GetServerSocketsRequest) returns (GetServerSocketsResponse);
  // One channel, or NOT_FOUND.
  rpc GetChannel(GetChannelRequest) returns (GetChannelResponse);
  // One subchannel, or NOT_FOUND.
  rpc GetSubchannel(GetSubchannelRequest) returns (GetSubchannelResponse);
  // One socket, or NOT_FOUND.
  rpc GetSocket(GetSocketRequest) returns (GetSocketResponse);
}

// A page of the channels.
message GetTopChannelsRequest {
  // Channels from this id on: 0, and for the next page the highest id of the last one plus 1.
  int64 start_channel_id = 1;
  // At most so many; 0 leaves it to the server.
  int64 max_results = 2;
}

// The page.
message GetTopChannelsResponse {
  // In the order of their ids.
  repeated Channel channel = 1;
  // There are no more.
  bool end = 2;
}

// A page of the servers.
message GetServersRequest {
  // Servers from this id on.
  int64 start_server_id = 1;
  // At most so many; 0 leaves it to the server.
  int64 max_results = 2;
}

// The page.
message GetServersResponse {
  // In the order of their ids.
  repeated Server server = 1;
  // There are no more.
  bool end = 2;
}

// Asks for a server.
message GetServerRequest {
  // Its id.
  int64 server_id = 1;
}

// The server.
message GetServerResponse {
  // It.
  Server server = 1;
}

// A page of a server's connections.
message GetServerSocketsRequest {
  // The id of the server.
  int64 server_id = 1;
  // Sockets from this id on.
  int64 start_socket_id = 2;
  // At most so many; 0 leaves it to the server.
  int64 max_results = 3;
}

// The page.
message GetServerSocketsResponse {
  // In the order of their ids.
  repeated SocketRef socket_ref = 1;
  // There are no more.
  bool end = 2;
}

// Asks for a channel.
message GetChannelRequest {
  // Its id.
  int64 channel_id = 1;
}

// The channel.
message GetChannelResponse {
  // It.
  Channel channel = 1;
}

// Asks for a subchannel.
message GetSubchannelRequest {
  // Its id.
  int64 subchannel_id = 1;
}

// The subchannel.
message GetSubchannelResponse {
  // It.
  Subchannel subchannel = 1;
}

// Asks for a socket.
message GetSocketRequest {
  // Its id.
  int64 socket_id = 1;
  // Leave out what is dear to find.
  bool summary = 2;
}

// The socket.
message GetSocketResponse {
  // It.
  Socket socket = 1;
}
`;
