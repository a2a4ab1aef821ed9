"""Messages of grpc.testing from descriptors, whose file DESCRIPTORS names: nothing is generated."""

import os

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from grpclib.const import Cardinality

INITIAL_KEY = "x-grpc-test-echo-initial"
TRAILING_KEY = "x-grpc-test-echo-trailing-bin"

_pool = descriptor_pool.DescriptorPool()
with open(os.environ["DESCRIPTORS"], "rb") as _file:
    for _proto in descriptor_pb2.FileDescriptorSet.FromString(_file.read()).file:
        _pool.Add(_proto)


def message(name):
    return message_factory.GetMessageClass(_pool.FindMessageTypeByName(f"grpc.testing.{name}"))


def payload(size):
    return message("Payload")(body=bytes(size))


def methods(service):
    """(name, path, cardinality, class of requests, class of responses) of each method of a service."""
    found = _pool.FindServiceByName(f"grpc.testing.{service}")
    for method in found.methods:
        yield (
            method.name,
            f"/{found.full_name}/{method.name}",
            Cardinality((method.client_streaming, method.server_streaming)),
            message(method.input_type.name),
            message(method.output_type.name),
        )
