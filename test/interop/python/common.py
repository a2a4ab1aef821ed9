"""What both interop servers share."""

import sys

import grpc

# grpc is a regular package and hides the generated grpc.testing, whose folder is named by PYTHONPATH.
grpc.__path__.extend(f"{folder}/grpc" for folder in sys.path if folder.endswith("gen"))

INITIAL_KEY = "x-grpc-test-echo-initial"
TRAILING_KEY = "x-grpc-test-echo-trailing-bin"


def echoed(context):
    """The metadata that goes back: (headers, trailers)."""
    received = context.invocation_metadata() or ()
    headers = tuple((key, value) for key, value in received if key == INITIAL_KEY)
    trailers = tuple((key, value) for key, value in received if key == TRAILING_KEY)
    return headers, trailers


def code_of(status):
    return next(code for code in grpc.StatusCode if code.value[0] == status.code)


def credentials(paths):
    cert, key = (open(path, "rb").read() for path in paths)
    return grpc.ssl_server_credentials([(key, cert)])
