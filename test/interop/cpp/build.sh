#!/bin/sh
# Builds the C++ interop server and client: build.sh PROTOS OUT. Needs g++, protoc, grpc_cpp_plugin and libgrpc++-dev.
set -e
protos=$1
out=$2
here=$(dirname "$0")
files="grpc/testing/empty.proto grpc/testing/messages.proto grpc/testing/test.proto"
protoc -I"$protos" --cpp_out="$out" --grpc_out="$out" --plugin=protoc-gen-grpc="$(command -v grpc_cpp_plugin)" $files
# -O0: what is compiled here is not measured, and gRPC's headers take long enough as they are.
compile() { g++ -std=c++17 -O0 -I"$out" -c "$1" -o "$2"; }
for name in empty.pb messages.pb test.pb; do compile "$out/grpc/testing/$name.cc" "$out/$name.o"; done &
generated=$!
compile "$out/grpc/testing/test.grpc.pb.cc" "$out/test.grpc.o"
wait "$generated"
compile "$here/server.cc" "$out/server.o" &
server=$!
compile "$here/client.cc" "$out/client.o"
wait "$server"
for program in server client; do
  g++ "$out/$program.o" "$out"/*.pb.o "$out/test.grpc.o" -o "$out/$program" -lgrpc++ -lgrpc -lgpr -lprotobuf -labsl_synchronization -lpthread
done
