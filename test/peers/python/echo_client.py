"""One case against an Echo server: echo_client.py PORT CASE [AUTHORITY]. Exit code 0 when it passes."""

import sys

import echo_pb2
import echo_pb2_grpc
import grpc

TIMEOUT = 10


def unary(echo):
    response = echo.Unary(echo_pb2.EchoRequest(text="Grüße ☺", payload=b"\x00\x01\xff"), timeout=TIMEOUT)
    assert response.text == "Grüße ☺", response
    assert response.payload == b"\x00\x01\xff", response


def server_stream(echo):
    request = echo_pb2.EchoRequest(count=100, payload=bytes(1000))
    indexes = [response.index for response in echo.ServerStream(request, timeout=TIMEOUT)]
    assert indexes == list(range(100)), indexes


def many(count):
    for index in range(count):
        yield echo_pb2.EchoRequest(payload=bytes(1000), text=str(index))


def client_stream(echo):
    summary = echo.ClientStream(many(100), timeout=TIMEOUT)
    assert (summary.count, summary.payload_bytes) == (100, 100_000), summary


def bidi(echo):
    texts = [response.text for response in echo.Bidi(many(100), timeout=TIMEOUT)]
    assert texts == [str(index) for index in range(100)], texts


def metadata(echo):
    request = echo_pb2.EchoRequest(echo_headers=["x-text"], echo_trailers=["x-data-bin"])
    sent = (("x-text", "value"), ("x-data-bin", b"\x00\x80\xff"))
    _, call = echo.Unary.with_call(request, metadata=sent, timeout=TIMEOUT)
    assert ("x-text", "value") in call.initial_metadata(), call.initial_metadata()
    assert ("x-data-bin", b"\x00\x80\xff") in call.trailing_metadata(), call.trailing_metadata()


def expect_status(code, call):
    try:
        call()
    except grpc.RpcError as error:
        assert error.code() == code, error
        return error
    raise AssertionError("the call succeeded")


def status(echo):
    request = echo_pb2.EchoRequest(fail_code=9, fail_message="nicht jetzt ☹")
    error = expect_status(grpc.StatusCode.FAILED_PRECONDITION, lambda: echo.Unary(request, timeout=TIMEOUT))
    assert error.details() == "nicht jetzt ☹", error


def deadline(echo):
    request = echo_pb2.EchoRequest(sleep_ms=5000)
    expect_status(grpc.StatusCode.DEADLINE_EXCEEDED, lambda: echo.Unary(request, timeout=0.05))


def gzip(echo):
    payload = bytes([7]) * 100_000
    request = echo_pb2.EchoRequest(payload=payload)
    response = echo.Unary(request, timeout=TIMEOUT, compression=grpc.Compression.Gzip)
    assert response.payload == payload


def large(echo):
    request = echo_pb2.EchoRequest(payload=bytes(3_000_000), response_bytes=3_000_000)
    assert len(echo.Unary(request, timeout=TIMEOUT).payload) == 3_000_000


CASES = [unary, server_stream, client_stream, bidi, metadata, status, deadline, gzip, large]


def main():
    port, name, *authority = sys.argv[1:]
    target = f"localhost:{port}"
    if authority:
        with open(authority[0], "rb") as file:
            channel = grpc.secure_channel(target, grpc.ssl_channel_credentials(file.read()))
    else:
        channel = grpc.insecure_channel(target)
    with channel:
        {case.__name__: case for case in CASES}[name](echo_pb2_grpc.EchoStub(channel))


main()
