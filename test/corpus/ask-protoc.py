"""Asks protoc about many small sets of files, of which t.proto is compiled.

Reads a list of objects from file name to text from the file given first, and writes a list of {code, errors, record} to
the one given second. Each set has a process of its own, since protoc ends in the middle of some.
"""

import json
import os
import sys
import tempfile

import grpc_tools
from grpc_tools import _protoc_compiler

include = os.path.join(os.path.dirname(grpc_tools.__file__), "_proto")


def run(folder, out, log):
    os.dup2(os.open(log, os.O_WRONLY | os.O_CREAT), 2)
    args = ["protoc", "-I" + folder, "-I" + include, "--include_source_info", "--retain_options"]
    args += ["--descriptor_set_out=" + out, "t.proto"]
    os._exit(_protoc_compiler.run_main([arg.encode() for arg in args]))


def ask(files, folder):
    os.mkdir(folder)
    for name, text in files.items():
        with open(os.path.join(folder, name), "wb") as file:
            # Bytes that are not UTF-8 come as halves of surrogate pairs.
            file.write(text.encode("utf-8", "surrogateescape"))
    out, log = folder + ".out", folder + ".log"
    child = os.fork()
    if child == 0:
        run(folder, out, log)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    with open(log, errors="replace") as file:
        errors = file.read().replace(folder + "/", "").strip()
    record = ""
    if code == 0:
        with open(out, "rb") as file:
            record = file.read().hex()
    return {"code": code, "errors": errors, "record": record}


with open(sys.argv[1]) as file:
    sets = json.load(file)
with tempfile.TemporaryDirectory() as work:
    answers = [ask(files, os.path.join(work, str(i))) for i, files in enumerate(sets)]
with open(sys.argv[2], "w") as file:
    json.dump(answers, file)
