"""grpc.testing.TestService on grpcio's asyncio interface: aio_server.py PORT [CERTIFICATE KEY]."""

import asyncio
import os
import signal
import sys

import common
import grpc
from grpc.testing import empty_pb2, messages_pb2, test_pb2_grpc


async def echo_metadata(context):
    headers, trailers = common.echoed(context)
    if headers:
        await context.send_initial_metadata(headers)
    if trailers:
        context.set_trailing_metadata(trailers)


async def end(request, context):
    if request.HasField("response_status") and request.response_status.code:
        await context.abort(common.code_of(request.response_status), request.response_status.message)


async def respond(request, context):
    for parameters in request.response_parameters:
        await asyncio.sleep(parameters.interval_us / 1e6)
        if parameters.HasField("compressed") and not parameters.compressed.value:
            context.disable_next_message_compression()
        payload = messages_pb2.Payload(body=bytes(parameters.size))
        yield messages_pb2.StreamingOutputCallResponse(payload=payload)


class TestService(test_pb2_grpc.TestServiceServicer):
    async def EmptyCall(self, request, context):
        return empty_pb2.Empty()

    async def UnaryCall(self, request, context):
        if request.HasField("response_compressed") and request.response_compressed.value:
            context.set_compression(grpc.Compression.Gzip)
        await echo_metadata(context)
        await end(request, context)
        payload = messages_pb2.Payload(body=bytes(request.response_size))
        server_id = f"python-{os.getpid()}" if request.fill_server_id else ""
        return messages_pb2.SimpleResponse(payload=payload, server_id=server_id)

    async def StreamingOutputCall(self, request, context):
        if any(parameters.compressed.value for parameters in request.response_parameters):
            context.set_compression(grpc.Compression.Gzip)
        async for response in respond(request, context):
            yield response

    async def StreamingInputCall(self, requests, context):
        size = 0
        async for request in requests:
            size += len(request.payload.body)
        return messages_pb2.StreamingInputCallResponse(aggregated_payload_size=size)

    async def FullDuplexCall(self, requests, context):
        await echo_metadata(context)
        async for request in requests:
            await end(request, context)
            async for response in respond(request, context):
                yield response


async def main():
    port, *tls = sys.argv[1:]
    server = grpc.aio.server()
    test_pb2_grpc.add_TestServiceServicer_to_server(TestService(), server)
    if tls:
        server.add_secure_port(f"127.0.0.1:{port}", common.credentials(tls))
    else:
        server.add_insecure_port(f"127.0.0.1:{port}")
    await server.start()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, lambda: asyncio.ensure_future(server.stop(1)))
    await server.wait_for_termination()


asyncio.run(main())
