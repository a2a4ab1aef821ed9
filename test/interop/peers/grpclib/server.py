"""grpc.testing.TestService on grpclib: server.py PORT [CERTIFICATE KEY]."""

import asyncio
import os
import ssl
import sys

from common import INITIAL_KEY, TRAILING_KEY, message, methods, payload
from grpclib.const import Handler, Status
from grpclib.exceptions import GRPCError
from grpclib.server import Server
from grpclib.utils import graceful_exit


async def start_response(stream):
    """Headers go out before the first response, with what they echo."""
    headers = {INITIAL_KEY: stream.metadata[INITIAL_KEY]} if INITIAL_KEY in stream.metadata else {}
    await stream.send_initial_metadata(metadata=headers)


async def end_response(stream):
    trailers = {TRAILING_KEY: stream.metadata[TRAILING_KEY]} if TRAILING_KEY in stream.metadata else {}
    await stream.send_trailing_metadata(metadata=trailers)


def check(request):
    if request.response_status.code:
        raise GRPCError(Status(request.response_status.code), request.response_status.message)


async def respond(stream, request):
    for parameters in request.response_parameters:
        await asyncio.sleep(parameters.interval_us / 1e6)
        await stream.send_message(message("StreamingOutputCallResponse")(payload=payload(parameters.size)))
    check(request)


async def empty_call(stream):
    await stream.recv_message()
    await stream.send_message(message("Empty")())


async def unary_call(stream):
    request = await stream.recv_message()
    check(request)
    await start_response(stream)
    server_id = f"grpclib-{os.getpid()}" if request.fill_server_id else ""
    await stream.send_message(
        message("SimpleResponse")(payload=payload(request.response_size), server_id=server_id)
    )
    await end_response(stream)


async def streaming_output_call(stream):
    await respond(stream, await stream.recv_message())


async def streaming_input_call(stream):
    size = 0
    async for request in stream:
        size += len(request.payload.body)
    await stream.send_message(message("StreamingInputCallResponse")(aggregated_payload_size=size))


async def full_duplex_call(stream):
    await start_response(stream)
    async for request in stream:
        await respond(stream, request)
    await end_response(stream)


HANDLERS = {
    "EmptyCall": empty_call,
    "UnaryCall": unary_call,
    "StreamingOutputCall": streaming_output_call,
    "StreamingInputCall": streaming_input_call,
    "FullDuplexCall": full_duplex_call,
}


class TestService:
    def __mapping__(self):
        return {
            path: Handler(HANDLERS[name], cardinality, requests, responses)
            for name, path, cardinality, requests, responses in methods("TestService")
            if name in HANDLERS
        }


async def main():
    port, *tls = sys.argv[1:]
    context = None
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*tls)
        context.set_alpn_protocols(["h2"])
    server = Server([TestService()])
    with graceful_exit([server]):
        await server.start("127.0.0.1", int(port), ssl=context)
        await server.wait_closed()


asyncio.run(main())
