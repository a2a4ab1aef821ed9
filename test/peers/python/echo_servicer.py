"""The Echo service on grpcio."""

import time

import echo_pb2
import echo_pb2_grpc
import grpc


def echo_metadata(request, context):
    received = context.invocation_metadata()
    headers = [(key, value) for key, value in received if key in request.echo_headers]
    trailers = [(key, value) for key, value in received if key in request.echo_trailers]
    if headers:
        context.send_initial_metadata(headers)
    if trailers:
        context.set_trailing_metadata(trailers)


def end(request, context):
    if request.fail_code:
        code = next(c for c in grpc.StatusCode if c.value[0] == request.fail_code)
        context.abort(code, request.fail_message)


def respond(request, index):
    time.sleep(request.sleep_ms / 1000)
    payload = bytes(request.response_bytes) if request.response_bytes else request.payload
    return echo_pb2.EchoResponse(payload=payload, text=request.text, index=index)


class Echo(echo_pb2_grpc.EchoServicer):
    def Unary(self, request, context):
        echo_metadata(request, context)
        context.set_compression(grpc.Compression.Gzip)
        end(request, context)
        return respond(request, 0)

    def ServerStream(self, request, context):
        echo_metadata(request, context)
        for index in range(request.count):
            yield respond(request, index)
        end(request, context)

    def ClientStream(self, requests, context):
        count = 0
        size = 0
        for request in requests:
            end(request, context)
            count += 1
            size += len(request.payload)
        return echo_pb2.EchoSummary(count=count, payload_bytes=size)

    def Bidi(self, requests, context):
        index = 0
        for request in requests:
            for _ in range(max(1, request.count)):
                yield respond(request, index)
                index += 1
            end(request, context)
