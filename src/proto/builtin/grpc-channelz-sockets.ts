/** The part of `channelz.proto` that tells of sockets. */
export const grpcChannelzSockets: string = `
// One connection, or a socket that listens.
message Socket {
  // Its name.
  SocketRef ref = 1;
  // What is known of it.
  SocketData data = 2;
  // The address at this end.
  Address local = 3;
  // The address at the other end.
  Address remote = 4;
  // How it is encrypted, where it is.
  Security security = 5;
  // What the other end is called, where that is not its target.
  string remote_name = 6;
}

// Facts about a connection.
message SocketData {
  // Streams that were begun.
  int64 streams_started = 1;
  // Streams that ended with END_STREAM, from the server.
  int64 streams_succeeded = 2;
  // Streams that ended without.
  int64 streams_failed = 3;
  // Messages that were sent.
  int64 messages_sent = 4;
  // Messages that came.
  int64 messages_received = 5;
  // PINGs that looked whether the other end is alive.
  int64 keep_alives_sent = 6;
  // When this end began a stream last.
  google.protobuf.Timestamp last_local_stream_created_timestamp = 7;
  // When the other end began a stream last.
  google.protobuf.Timestamp last_remote_stream_created_timestamp = 8;
  // When a message was sent last.
  google.protobuf.Timestamp last_message_sent_timestamp = 9;
  // When a message came last.
  google.protobuf.Timestamp last_message_received_timestamp = 10;
  // What the other end lets this one send on the connection, in bytes.
  google.protobuf.Int64Value local_flow_control_window = 11;
  // What this end lets the other one send on the connection, in bytes.
  google.protobuf.Int64Value remote_flow_control_window = 12;
  // Options of the socket.
  repeated SocketOption option = 13;
  // The code of a GOAWAY that came.
  google.protobuf.UInt32Value received_goaway_error = 14;
  // Of clients: how many streams the server allows at once.
  uint32 peer_max_concurrent_streams = 15;
}

// An address.
message Address {
  // Of TCP.
  message TcpIpAddress {
    // 4 bytes or 16.
    bytes ip_address = 1;
    // The port, or -1.
    int32 port = 2;
  }
  // Of a Unix socket.
  message UdsAddress {
    // Its path.
    string filename = 1;
  }
  // Of any other kind.
  message OtherAddress {
    // For people.
    string name = 1;
    // For programs.
    google.protobuf.Any value = 2;
  }
  // Which kind it is.
  oneof address {
    // Of TCP.
    TcpIpAddress tcpip_address = 1;
    // Of a Unix socket.
    UdsAddress uds_address = 2;
    // Of any other kind.
    OtherAddress other_address = 3;
  }
}

// How a connection is encrypted.
message Security {
  // With TLS.
  message Tls {
    // How.
    oneof cipher_suite {
      // The name of the cipher suite in the RFCs.
      string standard_name = 1;
      // Another name of it.
      string other_name = 2;
    }
    // What this end showed.
    bytes local_certificate = 3;
    // What the other end showed.
    bytes remote_certificate = 4;
  }
  // In another way.
  message OtherSecurity {
    // For people.
    string name = 1;
    // For programs.
    google.protobuf.Any value = 2;
  }
  // Which way it is.
  oneof model {
    // With TLS.
    Tls tls = 1;
    // In another way.
    OtherSecurity other = 2;
  }
}

// One option of a socket, as getsockopt() tells it.
message SocketOption {
  // Its name, such as "SO_REUSEPORT".
  string name = 1;
  // Its value for people.
  string value = 2;
  // More about it.
  google.protobuf.Any additional = 3;
}

// More about SO_RCVTIMEO and SO_SNDTIMEO.
message SocketOptionTimeout {
  // How long.
  google.protobuf.Duration duration = 1;
}

// More about SO_LINGER.
message SocketOptionLinger {
  // l_onoff.
  bool active = 1;
  // l_linger.
  google.protobuf.Duration duration = 2;
}

// More about TCP_INFO: the fields of the kernel's struct.
message SocketOptionTcpInfo {
  // tcpi_state.
  uint32 tcpi_state = 1;
  // tcpi_ca_state.
  uint32 tcpi_ca_state = 2;
  // tcpi_retransmits.
  uint32 tcpi_retransmits = 3;
  // tcpi_probes.
  uint32 tcpi_probes = 4;
  // tcpi_backoff.
  uint32 tcpi_backoff = 5;
  // tcpi_options.
  uint32 tcpi_options = 6;
  // tcpi_snd_wscale.
  uint32 tcpi_snd_wscale = 7;
  // tcpi_rcv_wscale.
  uint32 tcpi_rcv_wscale = 8;
  // tcpi_rto.
  uint32 tcpi_rto = 9;
  // tcpi_ato.
  uint32 tcpi_ato = 10;
  // tcpi_snd_mss.
  uint32 tcpi_snd_mss = 11;
  // tcpi_rcv_mss.
  uint32 tcpi_rcv_mss = 12;
  // tcpi_unacked.
  uint32 tcpi_unacked = 13;
  // tcpi_sacked.
  uint32 tcpi_sacked = 14;
  // tcpi_lost.
  uint32 tcpi_lost = 15;
  // tcpi_retrans.
  uint32 tcpi_retrans = 16;
  // tcpi_fackets.
  uint32 tcpi_fackets = 17;
  // tcpi_last_data_sent.
  uint32 tcpi_last_data_sent = 18;
  // tcpi_last_ack_sent.
  uint32 tcpi_last_ack_sent = 19;
  // tcpi_last_data_recv.
  uint32 tcpi_last_data_recv = 20;
  // tcpi_last_ack_recv.
  uint32 tcpi_last_ack_recv = 21;
  // tcpi_pmtu.
  uint32 tcpi_pmtu = 22;
  // tcpi_rcv_ssthresh.
  uint32 tcpi_rcv_ssthresh = 23;
  // tcpi_rtt.
  uint32 tcpi_rtt = 24;
  // tcpi_rttvar.
  uint32 tcpi_rttvar = 25;
  // tcpi_snd_ssthresh.
  uint32 tcpi_snd_ssthresh = 26;
  // tcpi_snd_cwnd.
  uint32 tcpi_snd_cwnd = 27;
  // tcpi_advmss.
  uint32 tcpi_advmss = 28;
  // tcpi_reordering.
  uint32 tcpi_reordering = 29;
}
`;
