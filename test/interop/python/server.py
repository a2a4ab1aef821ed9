"""grpc.testing.TestService and Echo on grpcio: server.py PORT [CERTIFICATE KEY]."""

import os
import signal
import sys
import time
from concurrent import futures

import common
import grpc
from grpc.testing import empty_pb2, messages_pb2, test_pb2_grpc

sys.path.append(os.path.join(os.path.dirname(__file__), "../../peers/python"))
import echo_pb2_grpc  # noqa: E402
import echo_servicer  # noqa: E402


def echo_metadata(context):
    headers, trailers = common.echoed(context)
    if headers:
        context.send_initial_metadata(headers)
    if trailers:
        context.set_trailing_metadata(trailers)


def end(request, context):
    if request.HasField("response_status") and request.response_status.code:
        context.abort(common.code_of(request.response_status), request.response_status.message)


def respond(request, context):
    for parameters in request.response_parameters:
        time.sleep(parameters.interval_us / 1e6)
        if parameters.HasField("compressed") and not parameters.compressed.value:
            context.disable_next_message_compression()
        payload = messages_pb2.Payload(body=bytes(parameters.size))
        yield messages_pb2.StreamingOutputCallResponse(payload=payload)


class TestService(test_pb2_grpc.TestServiceServicer):
    def EmptyCall(self, request, context):
        return empty_pb2.Empty()

    def UnaryCall(self, request, context):
        if request.HasField("response_compressed") and request.response_compressed.value:
            context.set_compression(grpc.Compression.Gzip)
        echo_metadata(context)
        end(request, context)
        payload = messages_pb2.Payload(body=bytes(request.response_size))
        server_id = f"python-{os.getpid()}" if request.fill_server_id else ""
        return messages_pb2.SimpleResponse(payload=payload, server_id=server_id)

    def StreamingOutputCall(self, request, context):
        if any(parameters.compressed.value for parameters in request.response_parameters):
            context.set_compression(grpc.Compression.Gzip)
        yield from respond(request, context)

    def StreamingInputCall(self, requests, context):
        size = sum(len(request.payload.body) for request in requests)
        return messages_pb2.StreamingInputCallResponse(aggregated_payload_size=size)

    def FullDuplexCall(self, requests, context):
        echo_metadata(context)
        for request in requests:
            end(request, context)
            yield from respond(request, context)


def main():
    port, *tls = sys.argv[1:]
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=16))
    test_pb2_grpc.add_TestServiceServicer_to_server(TestService(), server)
    echo_pb2_grpc.add_EchoServicer_to_server(echo_servicer.Echo(), server)
    if tls:
        server.add_secure_port(f"127.0.0.1:{port}", common.credentials(tls))
    else:
        server.add_insecure_port(f"127.0.0.1:{port}")
    server.start()
    signal.signal(signal.SIGTERM, lambda *_: server.stop(1))
    server.wait_for_termination()


main()
