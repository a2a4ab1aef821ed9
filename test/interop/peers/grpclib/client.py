"""The official interop cases on grpclib, with the flags of the official clients. Exit code 0 when the case passes."""

import argparse
import asyncio
import ssl

from common import INITIAL_KEY, TRAILING_KEY, message, methods, payload
from grpclib import client
from grpclib.const import Status
from grpclib.exceptions import GRPCError, StreamTerminatedError

TIMEOUT = 20
REQUEST_SIZES = (27182, 8, 1828, 45904)
RESPONSE_SIZES = (31415, 9, 2653, 58979)
SPECIAL_MESSAGE = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n"
SHAPES = {
    (False, False): client.UnaryUnaryMethod,
    (False, True): client.UnaryStreamMethod,
    (True, False): client.StreamUnaryMethod,
    (True, True): client.StreamStreamMethod,
}


class Stub:
    def __init__(self, channel, service="TestService"):
        for name, path, cardinality, requests, responses in methods(service):
            setattr(self, name, SHAPES[cardinality.value](channel, path, requests, responses))


def simple_request(**fields):
    return message("SimpleRequest")(**fields)


def large_request():
    return simple_request(response_size=314159, payload=payload(271828))


def check_large(response):
    assert response.payload.body == bytes(314159), len(response.payload.body)


def output_request(*sizes, request_size=0, **fields):
    asked = [message("ResponseParameters")(size=size, **fields) for size in sizes]
    return message("StreamingOutputCallRequest")(response_parameters=asked, payload=payload(request_size))


def asked_status(text):
    return message("EchoStatus")(code=2, message=text)


async def expect_status(status, call, text=None):
    try:
        await call
    except GRPCError as error:
        assert error.status is status, error
        assert text is None or error.message == text, error
        return
    raise AssertionError("the call succeeded")


async def empty_unary(stub, _):
    assert await stub.EmptyCall(message("Empty")(), timeout=TIMEOUT) == message("Empty")()


async def large_unary(stub, _):
    check_large(await stub.UnaryCall(large_request(), timeout=TIMEOUT))


async def client_streaming(stub, _):
    requests = [message("StreamingInputCallRequest")(payload=payload(size)) for size in REQUEST_SIZES]
    response = await stub.StreamingInputCall(requests, timeout=TIMEOUT)
    assert response.aggregated_payload_size == 74922, response


async def server_streaming(stub, _):
    responses = await stub.StreamingOutputCall(output_request(*RESPONSE_SIZES), timeout=TIMEOUT)
    assert [len(response.payload.body) for response in responses] == list(RESPONSE_SIZES)


async def ping_pong(stub, _):
    async with stub.FullDuplexCall.open(timeout=TIMEOUT) as stream:
        for response_size, request_size in zip(RESPONSE_SIZES, REQUEST_SIZES):
            await stream.send_message(output_request(response_size, request_size=request_size))
            assert len((await stream.recv_message()).payload.body) == response_size
        await stream.end()
        assert await stream.recv_message() is None


async def empty_stream(stub, _):
    async with stub.FullDuplexCall.open(timeout=TIMEOUT) as stream:
        await stream.send_request(end=True)
        assert await stream.recv_message() is None


async def custom_metadata(stub, _):
    sent = {INITIAL_KEY: "test_initial_metadata_value", TRAILING_KEY: b"\xab\xab\xab"}

    def check(stream):
        assert stream.initial_metadata[INITIAL_KEY] == sent[INITIAL_KEY], stream.initial_metadata
        assert stream.trailing_metadata[TRAILING_KEY] == sent[TRAILING_KEY], stream.trailing_metadata

    async with stub.UnaryCall.open(metadata=sent, timeout=TIMEOUT) as unary:
        await unary.send_message(large_request(), end=True)
        check_large(await unary.recv_message())
        await unary.recv_trailing_metadata()
    check(unary)
    async with stub.FullDuplexCall.open(metadata=sent, timeout=TIMEOUT) as duplex:
        await duplex.send_message(output_request(314159, request_size=271828), end=True)
        assert len([response async for response in duplex]) == 1
        await duplex.recv_trailing_metadata()
    check(duplex)


async def status_code_and_message(stub, _):
    status = asked_status("test status message")
    unary = stub.UnaryCall(simple_request(response_status=status), timeout=TIMEOUT)
    await expect_status(Status.UNKNOWN, unary, status.message)
    request = message("StreamingOutputCallRequest")(response_status=status)
    await expect_status(Status.UNKNOWN, stub.FullDuplexCall([request], timeout=TIMEOUT), status.message)


async def special_status_message(stub, _):
    request = simple_request(response_status=asked_status(SPECIAL_MESSAGE))
    await expect_status(Status.UNKNOWN, stub.UnaryCall(request, timeout=TIMEOUT), SPECIAL_MESSAGE)


async def unimplemented_method(stub, _):
    await expect_status(Status.UNIMPLEMENTED, stub.UnimplementedCall(message("Empty")(), timeout=TIMEOUT))


async def unimplemented_service(_, channel):
    other = Stub(channel, "UnimplementedService")
    await expect_status(Status.UNIMPLEMENTED, other.UnimplementedCall(message("Empty")(), timeout=TIMEOUT))


async def cancel_after_begin(stub, _):
    async with stub.StreamingInputCall.open(timeout=TIMEOUT) as stream:
        await stream.send_request()
        await stream.cancel()
    # The connection is still good for other calls.
    await empty_unary(stub, None)


async def cancel_after_first_response(stub, _):
    async with stub.FullDuplexCall.open(timeout=TIMEOUT) as stream:
        await stream.send_message(output_request(31415, request_size=27182))
        assert len((await stream.recv_message()).payload.body) == 31415
        await stream.cancel()
    await empty_unary(stub, None)


async def timeout_on_sleeping_server(stub, _):
    request = output_request(31415, request_size=27182, interval_us=1_000_000)
    try:
        await expect_status(Status.DEADLINE_EXCEEDED, stub.FullDuplexCall([request], timeout=0.001))
    except (asyncio.TimeoutError, StreamTerminatedError):
        # Its own timer ends a call with Python's error, in place of a status.
        pass


async def pick_first_unary(stub, _):
    request = simple_request(response_size=1, payload=payload(1), fill_server_id=True)
    ids = {(await stub.UnaryCall(request, timeout=TIMEOUT)).server_id for _ in range(100)}
    assert len(ids) == 1 and ids != {""}, ids


async def main():
    parser = argparse.ArgumentParser()
    for name in ("server_host", "server_port", "test_case", "ca_file"):
        parser.add_argument(f"--{name}")
    for name in ("use_tls", "use_test_ca"):
        parser.add_argument(f"--{name}", action="store_true")
    flags = parser.parse_args()
    context = None
    if flags.use_tls:
        context = ssl.create_default_context(cafile=flags.ca_file)
        context.set_alpn_protocols(["h2"])
    async with client.Channel(flags.server_host, int(flags.server_port), ssl=context) as channel:
        await globals()[flags.test_case](Stub(channel), channel)


asyncio.run(main())
