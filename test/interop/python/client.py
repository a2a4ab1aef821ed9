"""The official interop cases on grpcio, with the flags of the official clients. Exit code 0 when the case passes."""

import argparse
import queue

import common
import grpc
from grpc.testing import empty_pb2, messages_pb2, test_pb2_grpc

TIMEOUT = 20
REQUEST_SIZES = (27182, 8, 1828, 45904)
RESPONSE_SIZES = (31415, 9, 2653, 58979)
GZIP = grpc.Compression.Gzip


def payload(size):
    return messages_pb2.Payload(body=bytes(size))


def large_request(**fields):
    return messages_pb2.SimpleRequest(response_size=314159, payload=payload(271828), **fields)


def duplex_request(response_size, request_size, **parameters):
    asked = [messages_pb2.ResponseParameters(size=response_size, **parameters)]
    return messages_pb2.StreamingOutputCallRequest(response_parameters=asked, payload=payload(request_size))


def check_large(response):
    assert response.payload.body == bytes(314159), len(response.payload.body)


def expect_status(code, call, message=None):
    try:
        call()
    except grpc.RpcError as error:
        assert error.code() == code, error
        assert message is None or error.details() == message, error
        return
    raise AssertionError("the call succeeded")


def empty_unary(test, _):
    assert test.EmptyCall(empty_pb2.Empty(), timeout=TIMEOUT) == empty_pb2.Empty()


def large_unary(test, _):
    check_large(test.UnaryCall(large_request(), timeout=TIMEOUT))


def client_streaming(test, _):
    requests = (messages_pb2.StreamingInputCallRequest(payload=payload(size)) for size in REQUEST_SIZES)
    response = test.StreamingInputCall(requests, timeout=TIMEOUT)
    assert response.aggregated_payload_size == 74922, response


def server_streaming(test, _):
    asked = [messages_pb2.ResponseParameters(size=size) for size in RESPONSE_SIZES]
    request = messages_pb2.StreamingOutputCallRequest(response_parameters=asked)
    sizes = [len(response.payload.body) for response in test.StreamingOutputCall(request, timeout=TIMEOUT)]
    assert sizes == list(RESPONSE_SIZES), sizes


def ping_pong(test, _):
    waiting = queue.Queue()
    responses = test.FullDuplexCall(iter(waiting.get, None), timeout=TIMEOUT)
    for response_size, request_size in zip(RESPONSE_SIZES, REQUEST_SIZES):
        waiting.put(duplex_request(response_size, request_size))
        assert len(next(responses).payload.body) == response_size
    waiting.put(None)
    assert list(responses) == []


def empty_stream(test, _):
    assert list(test.FullDuplexCall(iter(()), timeout=TIMEOUT)) == []


def custom_metadata(test, _):
    sent = ((common.INITIAL_KEY, "test_initial_metadata_value"), (common.TRAILING_KEY, b"\xab\xab\xab"))

    def check(call):
        assert sent[0] in call.initial_metadata(), call.initial_metadata()
        assert sent[1] in call.trailing_metadata(), call.trailing_metadata()

    response, call = test.UnaryCall.with_call(large_request(), metadata=sent, timeout=TIMEOUT)
    check_large(response)
    check(call)
    duplex = test.FullDuplexCall(iter([duplex_request(314159, 271828)]), metadata=sent, timeout=TIMEOUT)
    assert len(list(duplex)) == 1
    check(duplex)


def status_code_and_message(test, _):
    status = messages_pb2.EchoStatus(code=2, message="test status message")
    unary = messages_pb2.SimpleRequest(response_status=status)
    expect_status(grpc.StatusCode.UNKNOWN, lambda: test.UnaryCall(unary, timeout=TIMEOUT), status.message)
    duplex = iter([messages_pb2.StreamingOutputCallRequest(response_status=status)])
    expect_status(grpc.StatusCode.UNKNOWN, lambda: list(test.FullDuplexCall(duplex, timeout=TIMEOUT)), status.message)


def special_status_message(test, _):
    message = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n"
    request = messages_pb2.SimpleRequest(response_status=messages_pb2.EchoStatus(code=2, message=message))
    expect_status(grpc.StatusCode.UNKNOWN, lambda: test.UnaryCall(request, timeout=TIMEOUT), message)


def unimplemented_method(test, _):
    expect_status(grpc.StatusCode.UNIMPLEMENTED, lambda: test.UnimplementedCall(empty_pb2.Empty(), timeout=TIMEOUT))


def unimplemented_service(_, open_channel):
    with open_channel() as channel:
        stub = test_pb2_grpc.UnimplementedServiceStub(channel)
        expect_status(grpc.StatusCode.UNIMPLEMENTED, lambda: stub.UnimplementedCall(empty_pb2.Empty(), timeout=TIMEOUT))


def cancel_after_begin(test, _):
    call = test.StreamingInputCall.future(iter(queue.Queue().get, None))
    call.cancel()
    assert call.cancelled() and call.code() == grpc.StatusCode.CANCELLED, call


def cancel_after_first_response(test, _):
    waiting = queue.Queue()
    waiting.put(duplex_request(31415, 27182))
    call = test.FullDuplexCall(iter(waiting.get, None), timeout=TIMEOUT)
    assert len(next(call).payload.body) == 31415
    call.cancel()
    expect_status(grpc.StatusCode.CANCELLED, lambda: next(call))
    waiting.put(None)


def timeout_on_sleeping_server(test, _):
    request = duplex_request(31415, 27182, interval_us=1_000_000)
    expect_status(
        grpc.StatusCode.DEADLINE_EXCEEDED, lambda: list(test.FullDuplexCall(iter([request]), timeout=0.001))
    )


def pick_first_unary(test, _):
    request = messages_pb2.SimpleRequest(response_size=1, payload=payload(1), fill_server_id=True)
    ids = {test.UnaryCall(request, timeout=TIMEOUT).server_id for _ in range(100)}
    assert len(ids) == 1 and ids != {""}, ids


def client_compressed_unary(test, _):
    request = large_request(expect_compressed=messages_pb2.BoolValue(value=True))
    expect_status(grpc.StatusCode.INVALID_ARGUMENT, lambda: test.UnaryCall(request, timeout=TIMEOUT))
    check_large(test.UnaryCall(request, timeout=TIMEOUT, compression=GZIP))
    plain = large_request(expect_compressed=messages_pb2.BoolValue(value=False))
    check_large(test.UnaryCall(plain, timeout=TIMEOUT))


def server_compressed_unary(test, _):
    for compressed in (True, False):
        request = large_request(response_compressed=messages_pb2.BoolValue(value=compressed))
        check_large(test.UnaryCall(request, timeout=TIMEOUT))


def server_compressed_streaming(test, _):
    asked = [
        messages_pb2.ResponseParameters(size=31415, compressed=messages_pb2.BoolValue(value=True)),
        messages_pb2.ResponseParameters(size=92653, compressed=messages_pb2.BoolValue(value=False)),
    ]
    request = messages_pb2.StreamingOutputCallRequest(response_parameters=asked)
    sizes = [len(response.payload.body) for response in test.StreamingOutputCall(request, timeout=TIMEOUT)]
    assert sizes == [31415, 92653], sizes


ITERATIONS = {"count": 10}


def rpc_soak(test, _):
    for _index in range(ITERATIONS["count"]):
        large_unary(test, None)


def channel_soak(_, open_channel):
    for _index in range(ITERATIONS["count"]):
        with open_channel() as channel:
            large_unary(test_pb2_grpc.TestServiceStub(channel), None)


def main():
    parser = argparse.ArgumentParser()
    for name in ("server_host", "server_port", "test_case", "ca_file"):
        parser.add_argument(f"--{name}")
    for name in ("use_tls", "use_test_ca"):
        parser.add_argument(f"--{name}", action="store_true")
    parser.add_argument("--soak_iterations", type=int, default=10)
    parser.add_argument("--soak_overall_timeout_seconds", type=int)
    flags = parser.parse_args()
    target = f"{flags.server_host}:{flags.server_port}"
    # Else channels to one address share a connection, and channel_soak asks for one each.
    options = (("grpc.use_local_subchannel_pool", 1),)

    def open_channel():
        if not flags.use_tls:
            return grpc.insecure_channel(target, options)
        with open(flags.ca_file, "rb") as file:
            return grpc.secure_channel(target, grpc.ssl_channel_credentials(file.read()), options)

    ITERATIONS["count"] = flags.soak_iterations
    with open_channel() as channel:
        globals()[flags.test_case](test_pb2_grpc.TestServiceStub(channel), open_channel)


main()
