"""A server with grpcio's own health and reflection (v1alpha). Argument: port."""

import sys
from concurrent import futures

import grpc
from grpc_channelz.v1 import channelz_pb2
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

server = grpc.server(futures.ThreadPoolExecutor(max_workers=4))
servicer = health.HealthServicer()
servicer.set("a.B", health_pb2.HealthCheckResponse.NOT_SERVING)
health_pb2_grpc.add_HealthServicer_to_server(servicer, server)
names = [service.full_name for service in health_pb2.DESCRIPTOR.services_by_name.values()]
names += [service.full_name for service in channelz_pb2.DESCRIPTOR.services_by_name.values()]
reflection.enable_server_reflection(names, server)
server.add_insecure_port(f"127.0.0.1:{sys.argv[1]}")
server.start()
server.wait_for_termination()
