"""Asks a server by the clients of grpcio-health-checking, grpcio-reflection and grpcio-channelz. Argument: port. Prints JSON."""

import json
import sys

import grpc
from google.protobuf.descriptor_pool import DescriptorPool
from grpc_channelz.v1 import channelz_pb2, channelz_pb2_grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase

channel = grpc.insecure_channel(f"127.0.0.1:{sys.argv[1]}")
health = health_pb2_grpc.HealthStub(channel)


def check(service):
    try:
        reply = health.Check(health_pb2.HealthCheckRequest(service=service), timeout=10)
        return health_pb2.HealthCheckResponse.ServingStatus.Name(reply.status)
    except grpc.RpcError as error:
        return error.code().name


def watch(service):
    replies = health.Watch(health_pb2.HealthCheckRequest(service=service), timeout=10)
    reply = next(iter(replies))
    replies.cancel()
    return health_pb2.HealthCheckResponse.ServingStatus.Name(reply.status)


database = ProtoReflectionDescriptorDatabase(channel)
pool = DescriptorPool(database)
echo = pool.FindServiceByName("peregrine.test.Echo")
channelz = channelz_pb2_grpc.ChannelzStub(channel)
servers = channelz.GetServers(channelz_pb2.GetServersRequest(), timeout=10)
server = servers.server[0]
sockets = channelz.GetServerSockets(channelz_pb2.GetServerSocketsRequest(server_id=server.ref.server_id), timeout=10)
socket = channelz.GetSocket(channelz_pb2.GetSocketRequest(socket_id=sockets.socket_ref[-1].socket_id), timeout=10).socket

print(
    json.dumps(
        {
            "check": [check(""), check("peregrine.test.Echo"), check("no.Such")],
            "watch": [watch(""), watch("no.Such")],
            "services": sorted(database.get_services()),
            "methods": [method.name for method in echo.methods],
            "fields": sorted(echo.methods_by_name["Unary"].input_type.fields_by_name),
            "servers": len(servers.server),
            "end": servers.end,
            "calls": server.data.calls_started > 0,
            "streams": socket.data.streams_started > 0,
            "remote": list(socket.remote.tcpip_address.ip_address),
        }
    )
)
